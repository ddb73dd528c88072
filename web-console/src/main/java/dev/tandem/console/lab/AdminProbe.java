package dev.tandem.console.lab;

import dev.tandem.amqp.admin.AmqpAdmin;
import dev.tandem.console.live.Observation;
import dev.tandem.kafka.admin.KafkaAdmin;

/** Asks both modes in this process. */
public final class AdminProbe implements Stock.Probe {
    private final KafkaAdmin kafka;
    private final AmqpAdmin amqp;

    /** A probe over both modes. */
    public AdminProbe(KafkaAdmin kafka, AmqpAdmin amqp) {
        this.kafka = kafka;
        this.amqp = amqp;
    }

    @Override
    public Stock of(Side side, String name) {
        return switch (side) {
            case LOG ->
                kafka.topics().stream()
                        .filter(topic -> topic.name().equals(name))
                        .findFirst()
                        .map(topic -> new Stock(Observation.storedBytes(topic), Observation.records(topic)))
                        .orElse(Stock.UNKNOWN);
            case QUEUE ->
                amqp.queues().stream()
                        .filter(queue ->
                                queue.vhost().equals("/") && queue.name().equals(name))
                        .findFirst()
                        .map(queue -> new Stock(queue.storedBytes(), queue.ready() + queue.unacked()))
                        .orElse(Stock.UNKNOWN);
        };
    }
}
