package dev.tandem.storage.log;

import dev.tandem.storage.StorageException;
import dev.tandem.storage.rocksdb.RocksStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the disk space of deleted records back. A range deletion by itself frees nothing until RocksDB happens to compact
 * the files it covers, and an idle broker never does. While a log's deletions follow each other, files that lie wholly in
 * its range are dropped in large steps, which costs no writes, or where there are blobs, their keys compacted; once the
 * range rests, what is left of it is compacted, and a flush before that frees the write-ahead log as well. What lies behind
 * a moving range is left alone: rewriting it at every step would cost more than the acknowledgements do.
 *
 * <p>Ranges come from the sync thread, once the deletion is synced: a file cannot come back after a power loss, while an
 * unsynced deletion could be forgotten. Everything else runs on a thread of its own.
 */
public final class SpaceReclaimer implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(SpaceReclaimer.class);
    /** Less than this is left to the next compaction that comes by. */
    private static final long WORTH_BYTES = 4 << 20;
    /** After this much, files are dropped from ranges that still grow. */
    private static final long STEP_BYTES = 128 << 20;
    /** A range that has not grown for this long rests. */
    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final RocksStore store;
    private final Thread thread;
    private final LongAdder trims = new LongAdder();
    private final LongAdder trimmedBytes = new LongAdder();
    private final LongAdder reclaimedBytes = new LongAdder();
    private volatile boolean cancelled;
    private final PendingRanges pending = new PendingRanges();
    private long bytesSinceStep;

    public SpaceReclaimer(RocksStore store) {
        this.store = store;
        this.thread = new Thread(this::run, "tandem-reclaim");
        thread.setDaemon(true);
    }

    /** Starts the thread. */
    public void start() {
        thread.start();
    }

    /** Notes ranges whose deletion is synced. Sync thread. */
    public synchronized void freed(Collection<FreedRange> ranges) {
        if (ranges.isEmpty()) {
            return;
        }
        long now = System.nanoTime();
        for (FreedRange range : ranges) {
            pending.add(range, now);
            bytesSinceStep += range.bytes();
            trims.increment();
            trimmedBytes.add(range.bytes());
        }
        if (pending.bytes() >= WORTH_BYTES) {
            notifyAll();
        }
    }

    /** Ranges noted since start. */
    public long trims() {
        return trims.sum();
    }

    /** Bytes of those ranges. */
    public long trimmedBytes() {
        return trimmedBytes.sum();
    }

    /** Of those, bytes in ranges that rest and were given back. */
    public long reclaimedBytes() {
        return reclaimedBytes.sum();
    }

    private void run() {
        try {
            for (Step step = await(); !step.ranges().isEmpty(); step = await()) {
                perform(step);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for enough to do; nothing at the end. */
    private synchronized Step await() throws InterruptedException {
        while (!cancelled) {
            if (pending.bytes() < WORTH_BYTES) {
                wait();
                continue;
            }
            if (bytesSinceStep >= STEP_BYTES) {
                bytesSinceStep = 0;
                return new Step(pending.all(), false);
            }
            List<FreedRange> rested = pending.takeRested(System.nanoTime() - REST_NANOS);
            if (!rested.isEmpty()) {
                return new Step(rested, true);
            }
            TimeUnit.NANOSECONDS.timedWait(this, REST_NANOS / 4);
        }
        return new Step(List.of(), true);
    }

    private void perform(Step step) {
        try {
            var kept = new ArrayList<FreedRange>();
            for (FreedRange range : step.ranges()) {
                if (!dropFiles(range) || step.isResting()) {
                    kept.add(range);
                }
            }
            if (!kept.isEmpty()) {
                compact(kept, step.isResting());
            }
        } catch (StorageException e) {
            if (!cancelled) {
                // Nothing is lost but space: later compactions pass here too.
                LOGGER.warn("disk space of deleted records was not given back: {}", e.getMessage());
            }
        } catch (RuntimeException | Error e) {
            LOGGER.error("disk space of deleted records was not given back", e);
        }
    }

    /** False where files must not be dropped. */
    private boolean dropFiles(FreedRange range) {
        // A file in the middle of a log may hold nothing but the deletion that hides older rows of a lower level.
        return !range.isThinned() && store.deleteFiles(range.family(), range.from(), range.to());
    }

    private void compact(List<FreedRange> ranges, boolean areResting) {
        for (FreedRange range : ranges) {
            if (!range.isThinned()) {
                // A dropped file may have held the deletion that hid older rows of the file at the range's end.
                store.deleteUnlogged(range.family(), range.from(), range.to());
            }
        }
        store.flushAll();
        for (FreedRange range : ranges) {
            if (areResting || range.isThinned()) {
                finish(range);
            } else {
                // What follows the range is dead before long: its blobs are not worth moving.
                store.compactKeys(range.family(), range.from(), range.to());
            }
        }
    }

    private void finish(FreedRange range) {
        synchronized (this) {
            pending.remove(range);
        }
        store.compact(range.family(), range.from(), range.to());
        reclaimedBytes.add(range.bytes());
    }

    /** Ends the thread; what it has under way is broken off. */
    @Override
    public void close() {
        synchronized (this) {
            cancelled = true;
            notifyAll();
        }
        store.cancelCompactions();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Something to do.
     *
     * @param isResting whether the ranges grow no more
     */
    private record Step(List<FreedRange> ranges, boolean isResting) {}
}
