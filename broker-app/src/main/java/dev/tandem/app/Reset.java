package dev.tandem.app;

import dev.tandem.amqp.admin.AmqpAdmin;
import dev.tandem.kafka.admin.KafkaAdmin;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Empties a running broker: what clients have made goes, what every broker has from the start stays. */
final class Reset {
    private static final long LIMIT_SECONDS = 30;

    private Reset() {}

    static void run(KafkaAdmin kafka, AmqpAdmin amqp) {
        // Topics before groups: the deletion of a topic takes the offsets that groups hold for it along.
        await("topics", each(kafka.topics(), topic -> kafka.deleteTopic(topic.name())));
        await("groups", kafka.groups().thenCompose(groups -> each(groups, group -> kafka.deleteGroup(group.id()))));
        await("queues", each(amqp.queues(), queue -> amqp.deleteQueue(queue.vhost(), queue.name())));
        await(
                "exchanges",
                each(
                        amqp.exchanges().stream()
                                .filter(exchange -> !isPredeclared(exchange.name()))
                                .toList(),
                        exchange -> amqp.deleteExchange(exchange.vhost(), exchange.name())));
    }

    /** AMQP 0-9-1 §3.1.3.1: the default exchange and those whose name begins with {@code amq.}. */
    private static boolean isPredeclared(String exchange) {
        return exchange.isEmpty() || exchange.startsWith("amq.");
    }

    private static <T> CompletableFuture<Void> each(List<T> all, Function<T, CompletableFuture<?>> delete) {
        return CompletableFuture.allOf(all.stream().map(delete).toArray(CompletableFuture[]::new));
    }

    private static void await(String what, CompletableFuture<Void> deleted) {
        try {
            deleted.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the " + what + " were deleted", interrupted);
        } catch (TimeoutException | ExecutionException failure) {
            throw new IllegalStateException("not all " + what + " could be deleted: " + failure, failure);
        }
    }
}
