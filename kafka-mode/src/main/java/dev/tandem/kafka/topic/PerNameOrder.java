package dev.tandem.kafka.topic;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Runs changes of one name one after the other: a change that builds on the present definition must not be overtaken.
 * Safe for use from any thread.
 */
public final class PerNameOrder {
    private final Map<String, CompletableFuture<?>> last = new HashMap<>();

    /** Starts a change once the earlier ones of that name are through, with whatever result. */
    public <T> CompletionStage<T> run(String name, Supplier<CompletionStage<T>> change) {
        var done = new CompletableFuture<T>();
        CompletableFuture<?> before;
        synchronized (last) {
            before = last.put(name, done);
        }
        if (before == null) {
            start(name, change, done);
        } else {
            before.whenComplete((result, failure) -> start(name, change, done));
        }
        return done;
    }

    private <T> void start(String name, Supplier<CompletionStage<T>> change, CompletableFuture<T> done) {
        CompletionStage<T> running;
        try {
            running = change.get();
        } catch (RuntimeException e) {
            running = CompletableFuture.failedFuture(e);
        }
        running.whenComplete((result, failure) -> {
            synchronized (last) {
                last.remove(name, done);
            }
            if (failure == null) {
                done.complete(result);
            } else {
                done.completeExceptionally(failure);
            }
        });
    }
}
