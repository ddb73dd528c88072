package dev.tandem.it.durability;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.tandem.it.fixture.AmqpFixture;
import dev.tandem.it.fixture.KafkaFixture;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Topics, exchanges, queues and bindings that were defined or deleted, with what the broker answered. */
final class DefinitionLedger {
    private static final long LIMIT_MILLIS = 30_000;

    private final KafkaFixture kafka;
    private final AmqpFixture amqp;
    private final Findings findings;
    private final Random random;
    /** By number: whether that set of definitions exists. */
    private final Map<Integer, Boolean> sets = new TreeMap<>();

    private int transientQueues;

    DefinitionLedger(KafkaFixture kafka, AmqpFixture amqp, Findings findings, long seed) {
        this.kafka = kafka;
        this.amqp = amqp;
        this.findings = findings;
        this.random = new Random(seed);
    }

    /** Defines a new set and a non-durable queue with a message; now and then deletes an older set. */
    void change() throws Exception {
        int number = sets.size();
        try (var admin = kafka.admin();
                var connection = amqp.connect();
                var channel = connection.createChannel()) {
            KafkaFixture.get(admin.createTopics(List.of(new NewTopic(topic(number), 2, (short) 1)))
                    .all());
            channel.exchangeDeclare(exchange(number), "topic", true);
            channel.queueDeclare(queue(number), true, false, false, null);
            channel.queueBind(queue(number), exchange(number), "k.#");
            sets.put(number, true);

            transientQueues++;
            channel.queueDeclare(transientQueue(), false, false, false, null);
            AmqpFixture.publish(channel, transientQueue(), "gone with the broker");

            int old = random.nextInt(number + 1);
            if (old < number && sets.get(old)) {
                KafkaFixture.get(admin.deleteTopics(List.of(topic(old))).all());
                channel.queueDelete(queue(old));
                channel.exchangeDelete(exchange(old));
                sets.put(old, false);
            }
        }
    }

    /** Compares what is defined now with the answers. */
    void verify() throws Exception {
        try (var admin = kafka.admin();
                var connection = amqp.connect()) {
            for (var set : sets.entrySet()) {
                if (set.getValue()) {
                    verifyPresent(admin, connection, set.getKey());
                } else {
                    verifyAbsent(admin, connection, set.getKey());
                }
            }
            if (transientQueues > 0 && exists(connection, channel -> channel.queueDeclarePassive(transientQueue()))) {
                findings.add("non-durable queue '%s' outlived the broker", transientQueue());
            }
        }
    }

    private void verifyPresent(Admin admin, Connection connection, int number) throws Exception {
        var description = KafkaFixture.get(
                admin.describeTopics(List.of(topic(number))).topicNameValues().get(topic(number)));
        if (description.partitions().size() != 2) {
            findings.add(
                    "topic '%s' has %d partitions",
                    topic(number), description.partitions().size());
        }
        if (!exists(connection, channel -> channel.exchangeDeclare(exchange(number), "topic", true))) {
            findings.add("exchange '%s' is not there as it was declared", exchange(number));
        }
        if (!exists(connection, channel -> channel.queueDeclare(queue(number), true, false, false, null))) {
            findings.add("queue '%s' is not there as it was declared", queue(number));
        }
        verifyBinding(connection, number);
    }

    private void verifyBinding(Connection connection, int number) throws Exception {
        var returned = new AtomicBoolean();
        try (var channel = connection.createChannel()) {
            channel.addReturnListener(message -> returned.set(true));
            channel.confirmSelect();
            channel.basicPublish(exchange(number), "k.a.b", true, null, new byte[0]);
            channel.waitForConfirmsOrDie(LIMIT_MILLIS);
            channel.queuePurge(queue(number));
        }
        if (returned.get()) {
            findings.add("the binding of queue '%s' is gone", queue(number));
        }
    }

    private void verifyAbsent(Admin admin, Connection connection, int number) throws IOException {
        Throwable missing = KafkaFixture.failure(
                admin.describeTopics(List.of(topic(number))).topicNameValues().get(topic(number)));
        if (!(missing instanceof UnknownTopicOrPartitionException)) {
            findings.add("topic '%s' was deleted, but: %s", topic(number), missing);
        }
        if (exists(connection, channel -> channel.exchangeDeclarePassive(exchange(number)))) {
            findings.add("exchange '%s' came back", exchange(number));
        }
        if (exists(connection, channel -> channel.queueDeclarePassive(queue(number)))) {
            findings.add("queue '%s' came back", queue(number));
        }
    }

    private static boolean exists(Connection connection, Declaration declaration) throws IOException {
        Channel channel = connection.createChannel();
        try {
            declaration.declare(channel);
            return true;
        } catch (IOException closed) {
            return false;
        } finally {
            channel.abort();
        }
    }

    private static String topic(int number) {
        return "crash-topic-" + number;
    }

    private static String exchange(int number) {
        return "crash-exchange-" + number;
    }

    private static String queue(int number) {
        return "crash-queue-" + number;
    }

    private String transientQueue() {
        return "crash-transient-" + transientQueues;
    }

    private interface Declaration {
        void declare(Channel channel) throws IOException;
    }
}
