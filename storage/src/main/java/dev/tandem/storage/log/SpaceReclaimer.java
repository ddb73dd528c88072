package dev.tandem.storage.log;

import dev.tandem.storage.StorageException;
import dev.tandem.storage.rocksdb.RocksStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the disk space of deleted records back. A range deletion by itself frees nothing until RocksDB happens to compact
 * the files it covers, and an idle broker never does. So ranges are collected and, in large steps or once little follows,
 * dropped by whole files where that is possible and compacted where it is not; a flush before that frees the write-ahead
 * log as well.
 *
 * <p>Ranges come from the sync thread, once the deletion is synced: a file cannot come back after a power loss, while an
 * unsynced deletion could be forgotten. Everything else runs on a thread of its own.
 */
public final class SpaceReclaimer implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(SpaceReclaimer.class);
    /** Less than this is left to the next compaction that comes by. */
    private static final long WORTH_BYTES = 4 << 20;
    /** This much is given back at once. */
    private static final long STEP_BYTES = 128 << 20;
    /** Ranges that follow within this time are dealt with together. */
    private static final long DELAY_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final RocksStore store;
    private final Thread thread;
    private final LongAdder trims = new LongAdder();
    private final LongAdder trimmedBytes = new LongAdder();
    private final LongAdder reclaimedBytes = new LongAdder();
    private volatile boolean cancelled;
    private final Map<FreedRange.Place, List<FreedRange>> pending = new HashMap<>();
    private long pendingBytes;
    private long worthSinceNanos;

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
        for (FreedRange range : ranges) {
            note(range);
            pendingBytes += range.bytes();
            trims.increment();
            trimmedBytes.add(range.bytes());
        }
        if (pendingBytes >= WORTH_BYTES) {
            worthSinceNanos = worthSinceNanos == 0 ? System.nanoTime() : worthSinceNanos;
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

    /** Of those, bytes whose files were dropped or rewritten. */
    public long reclaimedBytes() {
        return reclaimedBytes.sum();
    }

    private void note(FreedRange range) {
        List<FreedRange> ranges = pending.computeIfAbsent(range.place(), place -> new ArrayList<>());
        FreedRange joined = range;
        for (var known = ranges.iterator(); known.hasNext(); ) {
            FreedRange one = known.next();
            if (one.joins(joined)) {
                joined = one.cover(joined);
                known.remove();
            }
        }
        ranges.add(joined);
    }

    private void run() {
        try {
            for (List<FreedRange> ranges = await(); !ranges.isEmpty(); ranges = await()) {
                reclaim(ranges);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for enough to do; empty at the end. */
    private synchronized List<FreedRange> await() throws InterruptedException {
        while (!cancelled) {
            if (pendingBytes < WORTH_BYTES) {
                wait();
                continue;
            }
            long left = DELAY_NANOS - (System.nanoTime() - worthSinceNanos);
            if (left > 0 && pendingBytes < STEP_BYTES) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
                continue;
            }
            var ranges = pending.values().stream().flatMap(List::stream).toList();
            pending.clear();
            pendingBytes = 0;
            worthSinceNanos = 0;
            return ranges;
        }
        return List.of();
    }

    private void reclaim(List<FreedRange> ranges) {
        try {
            store.flushAll();
            for (FreedRange range : ranges) {
                // A file in the middle of a log may hold nothing but the deletion that hides older rows of a lower
                // level.
                if (!range.isThinned()) {
                    store.deleteFiles(range.family(), range.from(), range.to());
                }
                store.compact(range.family(), range.from(), range.to());
                reclaimedBytes.add(range.bytes());
            }
        } catch (StorageException e) {
            if (!cancelled) {
                // Nothing is lost but space: later compactions pass here too.
                LOGGER.warn("disk space of deleted records was not given back: {}", e.getMessage());
            }
        }
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
}
