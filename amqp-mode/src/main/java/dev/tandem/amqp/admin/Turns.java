package dev.tandem.amqp.admin;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs changes one after the other: each begins when the one before it is done, however that went. */
final class Turns {
    private final AtomicReference<CompletableFuture<@Nullable Void>> last =
            new AtomicReference<>(CompletableFuture.completedFuture(null));

    <T> CompletableFuture<T> take(Supplier<CompletableFuture<T>> change) {
        var mine = new CompletableFuture<@Nullable Void>();
        CompletableFuture<T> result = last.getAndSet(mine).thenCompose(before -> change.get());
        result.whenComplete((value, failure) -> mine.complete(null));
        return result;
    }
}
