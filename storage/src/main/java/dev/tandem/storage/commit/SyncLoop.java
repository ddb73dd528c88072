package dev.tandem.storage.commit;

import dev.tandem.storage.StorageException.StorageFailure;
import dev.tandem.storage.log.FreedRange;
import dev.tandem.storage.log.LogState;
import dev.tandem.storage.log.SpaceReclaimer;
import dev.tandem.storage.rocksdb.RocksStore;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.HdrHistogram.Recorder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Syncs the WAL whenever something is written and not yet synced and somebody waits for it: a commit, a reader that may
 * see synced records only, or 50 ms of age. Writers go on meanwhile; one sync serves every group written before it began.
 *
 * <p>Groups come from the commit thread; everything else runs on the sync thread.
 */
public final class SyncLoop {
    private static final Logger LOGGER = LoggerFactory.getLogger(SyncLoop.class);
    private static final long MAX_AGE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final RocksStore store;
    private final SyncedIndexFile indexFile;
    private final Consumer<Change.TrimLog> trimmer;
    private final SpaceReclaimer reclaimer;
    private final Consumer<StorageFailure> onFailure;
    private final ConcurrentLinkedQueue<WrittenGroup> groups = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean waiting = new AtomicBoolean();
    private final Recorder latencyMicros = new Recorder(TimeUnit.MINUTES.toMicros(1), 2);
    private final org.HdrHistogram.Histogram latencies =
            new org.HdrHistogram.Histogram(TimeUnit.MINUTES.toMicros(1), 2);
    private final Thread thread;
    private volatile boolean stopping;
    private volatile boolean wanted;
    private volatile long syncs;

    private SyncLoop(
            RocksStore store,
            SyncedIndexFile indexFile,
            Consumer<Change.TrimLog> trimmer,
            SpaceReclaimer reclaimer,
            Consumer<StorageFailure> onFailure) {
        this.store = store;
        this.indexFile = indexFile;
        this.trimmer = trimmer;
        this.reclaimer = reclaimer;
        this.onFailure = onFailure;
        this.thread = new Thread(this::run, "tandem-sync");
        thread.setDaemon(true);
    }

    /**
     * A loop over a directory whose synced index is checked against what was recovered.
     *
     * @param trimmer is handed trims whose floor is synced
     * @param reclaimer is handed deleted ranges whose deletion is synced
     * @param onFailure hears of a sync that failed: a second try could succeed without the data, so nothing may go on
     * @throws dev.tandem.storage.StorageException.DirectoryRefused when an acknowledged commit is missing
     */
    public static SyncLoop open(
            Path dataDir,
            RocksStore store,
            long recoveredIndex,
            Consumer<Change.TrimLog> trimmer,
            SpaceReclaimer reclaimer,
            Consumer<StorageFailure> onFailure) {
        var file = SyncedIndexFile.open(dataDir);
        long synced = file.read();
        if (synced > recoveredIndex) {
            file.close();
            throw new dev.tandem.storage.StorageException.DirectoryRefused("the data directory " + dataDir
                    + " lacks commits that were acknowledged: commit " + synced + " was synced, the last one found is "
                    + recoveredIndex + "; its write-ahead log is damaged, restore it from a backup");
        }
        return new SyncLoop(store, file, trimmer, reclaimer, onFailure);
    }

    /** Starts the sync thread. */
    public void start() {
        thread.start();
    }

    /** Notes a written group. Commit thread. */
    void written(WrittenGroup group) {
        groups.add(group);
        if (group.isUrgent()) {
            wanted = true;
        }
        wake();
    }

    public long syncs() {
        return syncs;
    }

    /** 99th percentile of sync latency since start. */
    public synchronized long p99Micros() {
        latencies.add(latencyMicros.getIntervalHistogram());
        return latencies.getValueAtPercentile(99);
    }

    /** Syncs what is written, completes who waits, and ends the thread. Call after the commit thread has ended. */
    public void stop() {
        stopping = true;
        wanted = true;
        wake();
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        indexFile.close();
    }

    private void wake() {
        if (waiting.get() && waiting.compareAndSet(true, false)) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        long oldest = 0;
        while (true) {
            if (groups.isEmpty()) {
                if (stopping) {
                    return;
                }
                oldest = 0;
                waiting.set(true);
                if (groups.isEmpty() && !stopping) {
                    LockSupport.park(this);
                }
                waiting.set(false);
            } else {
                oldest = oldest == 0 ? System.nanoTime() : oldest;
                long age = System.nanoTime() - oldest;
                if (wanted || age >= MAX_AGE_NANOS) {
                    sync();
                    oldest = 0;
                } else {
                    waiting.set(true);
                    if (!wanted) {
                        LockSupport.parkNanos(this, MAX_AGE_NANOS - age);
                    }
                    waiting.set(false);
                }
            }
        }
    }

    private void sync() {
        wanted = false;
        // Groups queued from here on may or may not be covered by this sync; they wait for the next one.
        WrittenGroup last = null;
        int covered = 0;
        for (WrittenGroup group : groups) {
            last = group;
            covered++;
        }
        if (last == null) {
            return;
        }
        try {
            long start = System.nanoTime();
            store.syncWal();
            indexFile.write(last.index);
            latencyMicros.recordValue(
                    Math.min(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start), TimeUnit.MINUTES.toMicros(1)));
            syncs++;
            complete(covered);
        } catch (StorageFailure e) {
            LOGGER.error("a sync of the write-ahead log failed; who waits for it is refused", e);
            onFailure.accept(e);
            fail(covered, e);
        }
    }

    private void complete(int covered) {
        var deliveries = new Deliveries();
        for (int i = 0; i < covered; i++) {
            WrittenGroup group = groups.poll();
            if (group == null) {
                break;
            }
            for (WrittenEnd end : group.ends) {
                end.log.publishSynced(end.offset);
                deliveries.moved(end.log);
            }
            group.waiting.forEach(deliveries::result);
            for (var candidate : group.trims) {
                trimmer.accept(new Change.TrimLog(candidate.log().id(), candidate.floor()));
            }
            reclaimer.freed(group.freed);
        }
        deliveries.send();
    }

    private void fail(int covered, StorageFailure failure) {
        var deliveries = new Deliveries();
        for (int i = 0; i < covered; i++) {
            WrittenGroup group = groups.poll();
            if (group == null) {
                break;
            }
            for (Ticket ticket : group.waiting) {
                ticket.result = CommitResult.refused(failure);
                deliveries.result(ticket);
            }
        }
        deliveries.send();
    }

    /** How far a group wrote a log. */
    record WrittenEnd(LogState log, long offset) {}

    /**
     * A group that is written.
     *
     * @param waiting commits whose results wait for a sync
     * @param trims trims that may follow once the group is synced
     * @param freed ranges of records that the group deleted
     */
    record WrittenGroup(
            long index,
            List<WrittenEnd> ends,
            List<Ticket> waiting,
            List<GroupCursors.TrimCandidate> trims,
            List<FreedRange> freed) {
        /** Whether anybody waits: a commit, or a reader of a log that shows synced records only. */
        boolean isUrgent() {
            return !waiting.isEmpty() || ends.stream().anyMatch(end -> end.log.hasSyncedReaders());
        }
    }
}
