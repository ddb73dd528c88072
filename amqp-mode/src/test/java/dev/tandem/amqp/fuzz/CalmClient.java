package dev.tandem.amqp.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.MessageProperties;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** RabbitMQ's own client, which publishes and consumes a message after the other while others misbehave. */
final class CalmClient implements AutoCloseable {
    private static final String QUEUE = "calm";
    private static final int PATIENCE_SECONDS = 60;

    private final Connection connection;
    private final CompletableFuture<Integer> work;
    private volatile boolean closing;

    CalmClient(Connection connection) {
        this.connection = connection;
        this.work = CompletableFuture.supplyAsync(this::run, task -> new Thread(task, "calm client").start());
    }

    private int run() {
        int sent = 0;
        try (Channel channel = connection.createChannel()) {
            BlockingQueue<String> received = new LinkedBlockingQueue<>();
            channel.queueDeclare(QUEUE, true, false, false, null);
            channel.confirmSelect();
            channel.basicConsume(
                    QUEUE,
                    false,
                    (tag, delivery) -> {
                        channel.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
                        received.add(new String(delivery.getBody(), StandardCharsets.UTF_8));
                    },
                    tag -> received.add("cancelled"));
            while (!closing) {
                String body = "message " + sent;
                channel.basicPublish(
                        "", QUEUE, MessageProperties.PERSISTENT_BASIC, body.getBytes(StandardCharsets.UTF_8));
                channel.waitForConfirmsOrDie(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
                sent++;
                assertThat(received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(body);
            }
        } catch (Exception e) {
            throw new AssertionError("the client that does nothing wrong was disturbed after " + sent + " messages", e);
        }
        return sent;
    }

    /** Ends the work; fails when anything went wrong in it. Returns how many messages went to and fro. */
    int finish() {
        closing = true;
        return work.join();
    }

    @Override
    public void close() {
        closing = true;
    }
}
