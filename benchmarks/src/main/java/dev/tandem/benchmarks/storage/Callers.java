package dev.tandem.benchmarks.storage;

import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.CommitResult;
import dev.tandem.storage.commit.Durability;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.HdrHistogram.Histogram;

/**
 * Callers as the protocol modes are: each belongs to an event loop, keeps a window of commits outstanding, and submits
 * the next one when a result arrives there.
 */
final class Callers {
    /** Makes a caller's next change. */
    @FunctionalInterface
    interface Source {
        Change next(int caller, long number);
    }

    private final StorageEngine engine;
    private final Durability durability;
    private final int window;
    private final Source source;

    Callers(StorageEngine engine, Durability durability, int window, Source source) {
        this.engine = engine;
        this.durability = durability;
        this.window = window;
        this.source = source;
    }

    /** Submits {@code total} commits of one change and waits for the last result. */
    Rate run(int callers, long total) {
        int loopCount = Math.min(callers, Runtime.getRuntime().availableProcessors());
        var loops = new ArrayList<ExecutorService>();
        for (int i = 0; i < loopCount; i++) {
            loops.add(Executors.newSingleThreadExecutor());
        }
        try {
            long syncsBefore = engine.metrics().syncs();
            long start = System.nanoTime();
            List<Caller> all = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                var caller = new Caller(i, loops.get(i % loopCount), total / callers);
                all.add(caller);
                caller.loop.execute(caller::fill);
            }
            var latency = new Histogram(3);
            for (Caller caller : all) {
                caller.done.join();
            }
            long nanos = System.nanoTime() - start;
            all.forEach(caller -> latency.add(caller.latencyMicros));
            return Rate.of(total / callers * callers, engine.metrics().syncs() - syncsBefore, nanos, latency);
        } finally {
            loops.forEach(ExecutorService::shutdown);
        }
    }

    /** State of one caller; its event loop only. */
    private final class Caller {
        private final int index;
        private final ExecutorService loop;
        private final long count;
        private final long[] submittedNanos = new long[window];
        private final Histogram latencyMicros = new Histogram(3);
        private final CompletableFuture<Boolean> done = new CompletableFuture<>();
        private long submitted;
        private long answered;

        Caller(int index, ExecutorService loop, long count) {
            this.index = index;
            this.loop = loop;
            this.count = count;
        }

        void fill() {
            while (submitted < count && submitted - answered < window) {
                if (engine.budget().isExhausted()) {
                    engine.budget().whenAvailable(loop, this::fill);
                    return;
                }
                submittedNanos[(int) (submitted % window)] = System.nanoTime();
                engine.submit(Commit.of(source.next(index, submitted), durability, loop, this::onResult));
                submitted++;
            }
        }

        private void onResult(CommitResult result) {
            if (!result.isApplied()) {
                done.completeExceptionally(Objects.requireNonNull(result.error()));
                return;
            }
            // Results of one caller arrive in the order of submission.
            long nanos = System.nanoTime() - submittedNanos[(int) (answered % window)];
            latencyMicros.recordValue(nanos / 1_000);
            answered++;
            if (answered == count) {
                done.complete(true);
            } else {
                fill();
            }
        }
    }
}
