package dev.tandem.app;

import dev.tandem.amqp.admin.AmqpAdmin;
import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.kafka.admin.KafkaAdmin;
import dev.tandem.kafka.admin.KafkaAdmin.GroupView;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.common.errors.CoordinatorLoadInProgressException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Empties a running broker: what clients have made goes, what every broker has from the start stays. */
final class Reset {
    private static final long LIMIT_SECONDS = 30;
    private static final int LOAD_ATTEMPTS = 500;
    private static final Executor LATER = CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS);

    private Reset() {}

    static void run(KafkaAdmin kafka, AmqpAdmin amqp) {
        // Topics before groups: the deletion of a topic takes the offsets that groups hold for it along.
        await("topics", each(kafka.topics(), topic -> kafka.deleteTopic(topic.name())));
        await(
                "groups",
                groups(kafka, LOAD_ATTEMPTS)
                        .thenCompose(groups -> each(groups, group -> kafka.deleteGroup(group.id()))));
        await("queues", each(amqp.queues(), queue -> amqp.deleteQueue(queue.vhost(), queue.name())));
        await(
                "exchanges",
                each(
                        amqp.exchanges().stream()
                                .filter(exchange -> !isPredeclared(exchange.name()))
                                .toList(),
                        exchange -> amqp.deleteExchange(exchange.vhost(), exchange.name())));
    }

    /** Just after a start the coordinator may still be loading what it has stored: then it is asked again. */
    private static CompletableFuture<List<GroupView>> groups(KafkaAdmin kafka, int attempts) {
        return kafka.groups()
                .exceptionallyCompose(failure -> isLoading(failure) && attempts > 1
                        ? CompletableFuture.supplyAsync(() -> kafka, LATER)
                                .thenCompose(again -> groups(again, attempts - 1))
                        : CompletableFuture.failedFuture(failure));
    }

    private static boolean isLoading(Throwable failure) {
        return failure instanceof CoordinatorLoadInProgressException
                || failure.getCause() instanceof CoordinatorLoadInProgressException;
    }

    /** AMQP 0-9-1 §3.1.3.1: the default exchange and those whose name begins with {@code amq.}. */
    private static boolean isPredeclared(String exchange) {
        return exchange.isEmpty() || exchange.startsWith("amq.");
    }

    private static <T> CompletableFuture<Void> each(List<T> all, Function<T, CompletableFuture<?>> delete) {
        return CompletableFuture.allOf(all.stream()
                .map(one -> delete.apply(one).handle(Reset::goneAnyway))
                .toArray(CompletableFuture[]::new));
    }

    /** What went by itself between the listing and its turn, as a queue does with its topic or its connection, is gone too. */
    private static @Nullable Void goneAnyway(@Nullable Object deleted, @Nullable Throwable failure) {
        if (failure == null) {
            return null;
        }
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        boolean gone = cause instanceof UnknownTopicOrPartitionException
                || cause instanceof GroupIdNotFoundException
                || (cause instanceof AmqpException refused && refused.code() == ReplyCode.NOT_FOUND);
        if (gone) {
            return null;
        }
        throw new CompletionException(cause);
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
