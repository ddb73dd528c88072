package dev.tandem.storage;

import dev.tandem.storage.alarm.AlarmListener;
import dev.tandem.storage.alarm.StorageAlarm;
import dev.tandem.storage.catalog.Catalog;
import dev.tandem.storage.clean.LogPolicy;
import dev.tandem.storage.commit.AppendBudget;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.CommitResult;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.cursor.AckSetView;
import dev.tandem.storage.group.GroupPartition;
import dev.tandem.storage.log.Log;
import dev.tandem.storage.nondurable.TransientLogs;
import dev.tandem.storage.producer.ActiveProducer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * One open data directory.
 *
 * <p>Every change of state is a {@link Commit}; everything else here reads. Safe for use from any thread.
 */
public interface StorageEngine extends AutoCloseable {

    /**
     * Opens the directory, recovers it and starts the engine's threads.
     *
     * @throws StorageException.DirectoryRefused when the directory is locked by another process, cannot be written,
     *     was written by a newer schema version, or lacks a commit that was acknowledged as synced
     * @throws StorageException.StorageFailure when RocksDB cannot open it
     */
    static StorageEngine open(StorageConfig config) {
        return open(config, InstantSource.system());
    }

    /**
     * As {@link #open(StorageConfig)}, with a wall clock for what goes by the age of records.
     *
     * @param clock never read while a commit is applied
     */
    static StorageEngine open(StorageConfig config, InstantSource clock) {
        return LocalStorageEngine.open(config, clock);
    }

    /**
     * Hands a commit to the commit thread and returns at once; the commit's listener hears the result on the commit's
     * executor. Commits submitted by one thread are applied in the order of submission. Never blocks and never
     * refuses: callers respect {@link #budget()} before they accept more work from a socket.
     */
    void submit(Commit commit);

    /**
     * {@link #submit} as a future, for callers off the hot path: completed on the reader pool, exceptionally when the
     * commit is refused.
     */
    CompletableFuture<CommitResult> commit(Commit.Builder commit, Durability durability);

    /** The bytes between socket and <em>written</em>. */
    AppendBudget budget();

    /** A log id never used before. */
    default long allocateLogId() {
        return allocateLogIds(1);
    }

    /** The first of several log ids that were never used before, and follow one another. */
    long allocateLogIds(int count);

    /** The log if it is open already; never touches RocksDB. A log created in this run is open. */
    Optional<Log> openLog(long logId);

    /**
     * Opens a log on the reader pool if it is not open yet. Fails with {@link StorageException.NotFound} for an
     * unknown or deleted log.
     */
    CompletableFuture<Log> log(long logId);

    /**
     * Says what the engine may drop of a log on its own; until then, nothing. Kept in memory: whoever owns the log sets it at
     * every start. Acted on within {@code storage.cleaning-interval}.
     */
    void setPolicy(long logId, LogPolicy policy);

    /**
     * Says how old, by its timestamps, an idempotent producer's last batch in a log must be for the log to forget the
     * producer; until then, none is forgotten. Acted on by the cleaner, at most ten minutes late.
     */
    void setProducerExpiry(Duration age);

    /** The idempotent producers that a log remembers, as of the last written commit. May touch RocksDB. */
    CompletableFuture<List<ActiveProducer>> producers(long logId);

    /**
     * The ack set of one cursor of one log as it stood at the last written commit; floor 0 and empty for a cursor that
     * never acknowledged. A snapshot: later acknowledgements do not change it. May touch RocksDB.
     */
    CompletableFuture<AckSetView> ackSet(long logId, int cursorId);

    /** Definitions, in memory. */
    Catalog catalog();

    /** Everything stored for one partition of the group coordinator. May touch RocksDB. */
    CompletableFuture<GroupPartition> groupPartition(int partition);

    /** Logs that end with the engine: no commit makes or changes them. */
    TransientLogs transientLogs();

    /** The bounded pool on which reads that may touch RocksDB run. */
    Executor readers();

    /**
     * Why writes are refused now, with {@link StorageException.WritesSuspended}; empty when none are. Reads always work, but
     * for the moment in which the database is opened again.
     */
    Optional<StorageAlarm> alarm();

    /**
     * What background work has found damaged since the start; empty when nothing. Its readers get
     * {@link StorageException.CorruptData}, everything else goes on.
     */
    Optional<StorageAlarm> damage();

    /** Tells a listener, on an executor, whenever {@link #alarm} changes, and at once when an alarm stands already. */
    void onAlarm(Executor executor, AlarmListener listener);

    /** This broker's leader epoch: one higher with every start, and every recovery from a failed write. Stored in every batch appended by this process. */
    int leaderEpoch();

    /** True when the directory was not closed cleanly before this start (or is new). */
    boolean recovered();

    /** The directory that this engine keeps. */
    Path dataDir();

    /** Counters and gauges as of now. */
    StorageMetrics metrics();

    /**
     * Starts a consistent copy of everything written so far, while the engine goes on: a data directory that a broker can
     * be started on. Files are linked where the file system allows it, else copied. Touches the disk.
     *
     * @param target must not exist; appears whole or not at all
     * @throws StorageException.DirectoryRefused when it exists or cannot be written, or another backup is under way
     */
    Backup backup(Path target);

    /**
     * Drains submitted commits, syncs, marks the directory clean, waits for readers and closes RocksDB. Idempotent.
     * Commits submitted afterwards fail with {@link StorageException.StorageFailure}.
     */
    @Override
    void close();
}
