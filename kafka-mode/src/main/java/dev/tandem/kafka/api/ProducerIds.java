package dev.tandem.kafka.api;

import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.Durability;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Producer ids, handed out one by one from blocks that the engine reserves: an id once handed out never comes back, not
 * even after a crash. Safe for use from any thread.
 */
final class ProducerIds {
    private static final int BLOCK = 1000;

    private final StorageEngine storage;
    private final ArrayDeque<CompletableFuture<Long>> waiting = new ArrayDeque<>();
    private long next;
    private long end;
    private boolean reserving;

    ProducerIds(StorageEngine storage) {
        this.storage = storage;
    }

    /** An id that nobody else gets. */
    CompletableFuture<Long> next() {
        CompletableFuture<Long> id;
        synchronized (this) {
            if (next < end) {
                return CompletableFuture.completedFuture(next++);
            }
            id = new CompletableFuture<>();
            waiting.add(id);
            if (reserving) {
                return id;
            }
            reserving = true;
        }
        reserve();
        return id;
    }

    private void reserve() {
        storage.commit(Commit.builder().add(new Change.AllocateProducerIds(BLOCK)), Durability.SYNCED)
                .whenComplete((result, failure) -> serve(failure == null ? result.value(0) : -1, failure));
    }

    private void serve(long first, @Nullable Throwable failure) {
        var served = new ArrayDeque<CompletableFuture<Long>>();
        var ids = new ArrayDeque<Long>();
        boolean more = false;
        synchronized (this) {
            if (failure == null) {
                next = first;
                end = first + BLOCK;
                while (!waiting.isEmpty() && next < end) {
                    served.add(waiting.remove());
                    ids.add(next++);
                }
                more = !waiting.isEmpty();
            } else {
                served.addAll(waiting);
                waiting.clear();
            }
            reserving = more;
        }
        for (CompletableFuture<Long> id : served) {
            if (failure == null) {
                id.complete(ids.remove());
            } else {
                id.completeExceptionally(failure);
            }
        }
        if (more) {
            reserve();
        }
    }
}
