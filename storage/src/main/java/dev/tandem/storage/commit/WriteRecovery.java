package dev.tandem.storage.commit;

import dev.tandem.storage.StorageException;
import dev.tandem.storage.StorageException.StorageFailure;
import dev.tandem.storage.alarm.DiskSpace;
import dev.tandem.storage.alarm.DiskWatch;
import dev.tandem.storage.log.LogState;
import dev.tandem.storage.rocksdb.RocksDirectory;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.StorageSchema;
import java.util.ArrayList;
import java.util.concurrent.CompletionException;

/**
 * Makes an engine take writes again after a write or a sync failed, without a restart.
 *
 * <p>The disk is probed on the thread that watches it; everything else happens on the commit thread, between two groups.
 */
public final class WriteRecovery implements DiskWatch.Recovery {
    /*
     * Three states have to be brought together: what is on the disk, what readers were shown, what is in memory.
     *
     * On the disk are all groups up to the synced index, probably those written since, and perhaps even the group whose
     * write failed. A failed fsync may have thrown pages away that were written (and the next fsync succeeds without
     * them), so it is never repeated: RocksDB is closed and opened again, which replays the write-ahead log as it really is
     * and flushes what it finds to new files.
     *
     * Readers of private queues were shown all groups that were written. SyncLoop keeps those until they are synced; the
     * ones that the database opened anew does not hold are written again, byte for byte. So no offset that was shown is
     * ever given to another record.
     *
     * Memory is ahead of both by the group that failed. It is thrown away and read from the database like at a start; the
     * objects that modes hold (logs, catalog) stay the same. A new leader epoch ends it, in a group that is synced before
     * anything is let in.
     *
     * Commits of the failed group, and those that waited for the failed sync, were refused; what of them is on the disk
     * comes to light now. That is what a refusal with WritesSuspended means, and docs/promises.md says so.
     */
    /** What opening writes besides the records in the write-ahead log. */
    private static final long OPENING_BYTES = 8 << 20;

    private final RocksStore store;
    private final EngineState state;
    private final CommitPipeline pipeline;
    private final SyncLoop syncLoop;
    private final DiskSpace space;
    private volatile long recoveries;

    public WriteRecovery(
            RocksStore store, EngineState state, CommitPipeline pipeline, SyncLoop syncLoop, DiskSpace space) {
        this.store = store;
        this.state = state;
        this.pipeline = pipeline;
        this.syncLoop = syncLoop;
        this.space = space;
    }

    /** How often this engine has recovered. */
    public long recoveries() {
        return recoveries;
    }

    @Override
    public void attempt() {
        store.probe();
        requireSpace();
        try {
            pipeline.query(this::recover).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StorageException refused) {
                throw refused;
            }
            throw e;
        }
    }

    /** Once closed, the database must open again, or there would be no readers: opening writes the log's records anew. */
    private void requireSpace() {
        long needed = RocksDirectory.walBytes(store.path()) + OPENING_BYTES;
        long free = space.freeBytes();
        if (free < needed) {
            throw new StorageFailure(
                    "opening the database again takes " + needed + " bytes, " + free + " are free on the disk");
        }
    }

    private long recover() {
        syncLoop.suspend();
        var logs = new ArrayList<LogState>(state.logs().all());
        state.reload(store, this::reopen);
        long index = Math.max(store.readU64(StorageSchema.APPLIED_INDEX, 0), pipeline.appliedIndex()) + 1;
        int epoch = StartGroup.write(store, index);
        syncLoop.resume(index);
        recoveries++;
        pipeline.resume(index, epoch, logs);
        return index;
    }

    private void reopen() {
        store.reopen();
        long recovered = store.readU64(StorageSchema.APPLIED_INDEX, 0);
        syncLoop.requireSynced(recovered);
        syncLoop.rewriteAfter(recovered);
    }
}
