package dev.tandem.console.live;

import dev.tandem.amqp.admin.AmqpAdmin;
import dev.tandem.kafka.admin.KafkaAdmin;
import java.util.HashMap;
import java.util.Map;

/**
 * Rates of single topics and queues between the last two observations.
 *
 * @param topics records a second by topic name
 * @param queues by {@link #queueKey}
 */
public record Rates(Map<String, Double> topics, Map<String, QueueRates> queues) {
    static final Rates NONE = new Rates(Map.of(), Map.of());

    /** Messages a second of one queue. */
    public record QueueRates(double published, double delivered, double acknowledged) {
        /** A queue at rest, or not seen twice yet. */
        public static final QueueRates NONE = new QueueRates(0, 0, 0);
    }

    /** Names of vhosts and queues hold no NUL. */
    public static String queueKey(String vhost, String name) {
        return vhost + '\0' + name;
    }

    /** Records a second that a topic received. */
    public double topic(String name) {
        return topics.getOrDefault(name, 0.0);
    }

    /** Messages a second of a queue. */
    public QueueRates queue(String vhost, String name) {
        return queues.getOrDefault(queueKey(vhost, name), QueueRates.NONE);
    }

    static Rates between(Observation before, Observation after) {
        double seconds = (after.nanos() - before.nanos()) / 1e9;
        return new Rates(topicRates(before, after, seconds), queueRates(before, after, seconds));
    }

    private static Map<String, Double> topicRates(Observation before, Observation after, double seconds) {
        var ends = new HashMap<String, Long>();
        for (KafkaAdmin.TopicView topic : before.topics()) {
            ends.put(topic.id(), Observation.endOffsets(topic));
        }
        var rates = new HashMap<String, Double>();
        for (KafkaAdmin.TopicView topic : after.topics()) {
            long end = Observation.endOffsets(topic);
            rates.put(topic.name(), perSecond(ends.getOrDefault(topic.id(), end), end, seconds));
        }
        return rates;
    }

    private static Map<String, QueueRates> queueRates(Observation before, Observation after, double seconds) {
        var earlier = new HashMap<String, AmqpAdmin.QueueView>();
        for (AmqpAdmin.QueueView queue : before.queues()) {
            earlier.put(queueKey(queue.vhost(), queue.name()), queue);
        }
        var rates = new HashMap<String, QueueRates>();
        for (AmqpAdmin.QueueView queue : after.queues()) {
            String key = queueKey(queue.vhost(), queue.name());
            AmqpAdmin.QueueView old = earlier.getOrDefault(key, queue);
            rates.put(
                    key,
                    new QueueRates(
                            perSecond(old.published(), queue.published(), seconds),
                            perSecond(old.delivered(), queue.delivered(), seconds),
                            perSecond(old.acknowledged(), queue.acknowledged(), seconds)));
        }
        return rates;
    }

    /** Something deleted and made again counts from zero: that is no negative rate. */
    static double perSecond(long before, long after, double seconds) {
        return seconds <= 0 ? 0 : Math.max(0, after - before) / seconds;
    }
}
