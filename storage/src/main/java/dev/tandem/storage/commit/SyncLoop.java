package dev.tandem.storage.commit;

import dev.tandem.storage.Distribution;
import dev.tandem.storage.StorageException;
import dev.tandem.storage.log.FreedRange;
import dev.tandem.storage.log.LogState;
import dev.tandem.storage.log.SpaceReclaimer;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.rocksdb.RowBatch;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
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
    private static final long ROOM_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final RocksStore store;
    private final SyncedIndexFile indexFile;
    private final Consumer<Change.TrimLog> trimmer;
    private final SpaceReclaimer reclaimer;
    private final WriteGate gate;
    /**
     * Written bytes kept until they are synced, past which the commit thread waits for the disk. The tail cache holds the
     * same arrays, and what was written last is what it holds: as much as that may take is no memory besides.
     */
    private final long maxUnsyncedBytes;
    /** Written and not known to be synced, oldest first. */
    private final ConcurrentLinkedQueue<WrittenGroup> groups = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean waiting = new AtomicBoolean();
    /** From what a disk with a cache of its own takes to what makes people look for another. */
    private final DistributionRecorder latencyMicros = new DistributionRecorder(
            50,
            100,
            200,
            500,
            1_000,
            2_000,
            5_000,
            10_000,
            20_000,
            50_000,
            100_000,
            200_000,
            500_000,
            1_000_000,
            10_000_000);

    private final Thread thread;
    private final AtomicLong unsyncedBytes = new AtomicLong();
    /** Held while groups are taken off the queue: by the sync thread, by a recovery on the commit thread. */
    private final Object taking = new Object();

    private volatile boolean stopping;
    private volatile boolean suspended;
    private volatile boolean wanted;
    private volatile long syncs;

    private SyncLoop(
            RocksStore store,
            SyncedIndexFile indexFile,
            Consumer<Change.TrimLog> trimmer,
            SpaceReclaimer reclaimer,
            WriteGate gate,
            long maxUnsyncedBytes) {
        this.store = store;
        this.indexFile = indexFile;
        this.trimmer = trimmer;
        this.reclaimer = reclaimer;
        this.gate = gate;
        this.maxUnsyncedBytes = maxUnsyncedBytes;
        this.thread = new Thread(this::run, "tandem-sync");
        thread.setDaemon(true);
    }

    /**
     * A loop over a directory whose synced index is checked against what was recovered.
     *
     * @param trimmer is handed trims whose floor is synced
     * @param reclaimer is handed deleted ranges whose deletion is synced
     * @param gate is closed when a sync fails: a second try could succeed without the data, so nothing may go on
     * @param maxUnsyncedBytes past which the commit thread waits for the disk; what the tail cache may hold
     * @throws dev.tandem.storage.StorageException.DirectoryRefused when an acknowledged commit is missing
     */
    public static SyncLoop open(
            Path dataDir,
            RocksStore store,
            long recoveredIndex,
            Consumer<Change.TrimLog> trimmer,
            SpaceReclaimer reclaimer,
            WriteGate gate,
            long maxUnsyncedBytes) {
        var file = SyncedIndexFile.open(dataDir);
        long synced = file.read();
        if (synced > recoveredIndex) {
            file.close();
            throw new StorageException.DirectoryRefused("the data directory " + dataDir
                    + " lacks commits that were acknowledged: commit " + synced + " was synced, the last one found is "
                    + recoveredIndex + "; its write-ahead log is damaged, restore it from a backup");
        }
        // A directory whose first start was killed may hold the group of that start, and no index yet.
        if (synced < 0 && recoveredIndex > 1) {
            LOGGER.warn(
                    "the synced index of the data directory {} is missing or unreadable: whether acknowledged commits are"
                            + " missing cannot be told",
                    dataDir);
        }
        return new SyncLoop(store, file, trimmer, reclaimer, gate, maxUnsyncedBytes);
    }

    /**
     * Fails when a database opened anew lacks a group that is known to have been synced.
     *
     * @param recoveredIndex the last group it holds
     */
    void requireSynced(long recoveredIndex) {
        long synced = indexFile.read();
        if (synced > recoveredIndex) {
            throw new StorageException.StorageFailure(
                    "the database opened again lacks commits that were acknowledged: commit " + synced
                            + " was synced, the last one found is " + recoveredIndex);
        }
    }

    /**
     * Starts the sync thread.
     *
     * @param syncedIndex the group that the start has synced
     */
    public void start(long syncedIndex) {
        indexFile.write(syncedIndex);
        thread.start();
    }

    /** Notes a written group. Commit thread. */
    void written(WrittenGroup group) {
        boolean isUrgent = group.isUrgent();
        groups.add(group);
        long bytes = unsyncedBytes.addAndGet(group.batch.size());
        if (isUrgent || bytes > maxUnsyncedBytes / 2) {
            wanted = true;
        }
        wake();
    }

    /** Waits while the disk is far behind: what is written and not synced is kept in memory. Commit thread. */
    void awaitRoom() {
        while (unsyncedBytes.get() > maxUnsyncedBytes && !suspended && !stopping) {
            LockSupport.parkNanos(this, ROOM_CHECK_NANOS);
        }
    }

    /**
     * Syncs nothing until {@link #resume}; who waits for a sync is refused, since nobody knows what is on the disk. Ends
     * after a sync that is under way. Any thread.
     */
    void suspend() {
        suspended = true;
        wake();
    }

    /**
     * Writes the groups again that a database opened anew does not hold: a failed sync may have lost pages of the
     * write-ahead log that were written. Commit thread, suspended.
     */
    void rewriteAfter(long recoveredIndex) {
        synchronized (taking) {
            for (WrittenGroup group : groups) {
                if (group.index > recoveredIndex && !group.batch.isEmpty()) {
                    store.write(group.batch);
                }
            }
        }
    }

    /** Everything written is synced, the index given included: completes what waited, and goes on. Commit thread. */
    void resume(long index) {
        synchronized (taking) {
            indexFile.write(index);
            complete(Integer.MAX_VALUE);
            suspended = false;
        }
        wake();
    }

    public long syncs() {
        return syncs;
    }

    /** How many microseconds each sync took. */
    public Distribution latencyMicros() {
        return latencyMicros.snapshot();
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
        boolean ended = false;
        while (!ended) {
            try {
                loop();
                ended = true;
            } catch (RuntimeException | Error e) {
                suspended = true;
                gate.fail("what was written could not be synced", e);
            }
        }
    }

    private void loop() {
        long oldest = 0;
        while (true) {
            if (suspended) {
                if (stopping) {
                    refuseWaiting();
                    return;
                }
                waiting.set(true);
                if (!refuseWaiting() && suspended && !stopping) {
                    LockSupport.park(this);
                }
                waiting.set(false);
            } else if (groups.isEmpty()) {
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
        synchronized (taking) {
            if (suspended) {
                return;
            }
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
                latencyMicros.record(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start));
                syncs++;
                complete(covered);
            } catch (StorageException e) {
                suspended = true;
                gate.fail("a sync of the write-ahead log failed", e);
            }
        }
    }

    /** Tells everybody before it takes a group off the queue: what an error interrupts is told again, as refused. */
    private void complete(int covered) {
        List<WrittenGroup> synced = groups.stream().limit(covered).toList();
        var deliveries = new Deliveries();
        for (WrittenGroup group : synced) {
            for (WrittenEnd end : group.ends) {
                end.log.publishSynced(end.offset);
                deliveries.moved(end.log);
            }
            group.waiting.forEach(deliveries::result);
        }
        deliveries.send();
        for (WrittenGroup group : synced) {
            groups.remove();
            unsyncedBytes.addAndGet(-group.batch.size());
        }
        for (WrittenGroup group : synced) {
            group.batch.lease().release();
            for (var candidate : group.trims) {
                trimmer.accept(new Change.TrimLog(candidate.log().id(), candidate.floor()));
            }
            reclaimer.freed(group.freed);
        }
    }

    /** Refuses who waits for a sync; the groups stay, to be completed by a recovery. True when there was anybody. */
    private boolean refuseWaiting() {
        synchronized (taking) {
            StorageException reason = gate.failure();
            if (!suspended || reason == null) {
                return false;
            }
            List<WrittenGroup> waitedFor =
                    groups.stream().filter(group -> !group.waiting.isEmpty()).toList();
            var deliveries = new Deliveries();
            for (WrittenGroup group : waitedFor) {
                for (Ticket ticket : group.waiting) {
                    ticket.result = CommitResult.refused(reason);
                    deliveries.result(ticket);
                }
            }
            deliveries.send();
            waitedFor.forEach(group -> group.waiting.clear());
            return !waitedFor.isEmpty();
        }
    }

    /** How far a group wrote a log. */
    record WrittenEnd(LogState log, long offset) {}

    /**
     * A group that is written.
     *
     * @param batch its rows, kept until they are known to be on the disk
     * @param isAwaited whether readers wait for it that see synced records only
     * @param waiting commits whose results wait for a sync; refused and cleared when syncs are suspended
     * @param trims trims that may follow once the group is synced
     * @param freed ranges of records that the group deleted
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record WrittenGroup(
            long index,
            RowBatch batch,
            List<WrittenEnd> ends,
            boolean isAwaited,
            List<Ticket> waiting,
            List<GroupCursors.TrimCandidate> trims,
            List<FreedRange> freed) {
        /** Whether anybody waits: a commit, or a reader. */
        boolean isUrgent() {
            return !waiting.isEmpty() || isAwaited;
        }
    }
}
