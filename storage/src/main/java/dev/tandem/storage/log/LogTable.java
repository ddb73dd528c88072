package dev.tandem.storage.log;

import dev.tandem.storage.StorageConfig.SyncPolicy;
import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.StorageException.NotFound;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.DeletionMark;
import dev.tandem.storage.schema.StorageSchema;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/** The logs that are open. Logs open when they are first used: head row, directory, and the last entry behind them. */
public final class LogTable {
    private final RocksStore store;
    private final SyncPolicy syncPolicy;
    private final TailCache cache;
    private final LogReader reader;
    private final ConcurrentMap<Long, LogState> open = new ConcurrentHashMap<>();
    private long groups;
    private volatile long deletedLogs;
    private volatile long deletedBytes;
    /** Shared by those who open a log; exclusive while the database is exchanged beneath. */
    private final ReentrantReadWriteLock opening = new ReentrantReadWriteLock();

    public LogTable(RocksStore store, SyncPolicy syncPolicy, TailCache cache) {
        this.store = store;
        this.syncPolicy = syncPolicy;
        this.cache = cache;
        this.reader = new LogReader(store, cache);
    }

    /** The log if it is open. */
    public @Nullable LogState find(long logId) {
        return open.get(logId);
    }

    /** The log, opened if need be; null when there is none. Blocks. */
    public @Nullable LogState findOrOpen(long logId) {
        LogState found = open.get(logId);
        if (found != null) {
            return found;
        }
        opening.readLock().lock();
        try {
            // computeIfAbsent makes the commit thread and a reader agree on one state object.
            return open.computeIfAbsent(logId, this::recover);
        } finally {
            opening.readLock().unlock();
        }
    }

    /**
     * The log, to be deleted: also one that cannot be opened because its last entry is damaged. Null when there is none.
     * Blocks.
     */
    public @Nullable LogState findToDelete(long logId) {
        try {
            return findOrOpen(logId);
        } catch (CorruptData e) {
            StoredLog head = StoredLog.readHead(store, logId);
            return head == null ? null : new LogState(logId, head, syncPolicy, reader);
        }
    }

    /** As {@link #findOrOpen}, for callers to whom a missing log is an error. */
    public LogState get(long logId) {
        LogState log = findOrOpen(logId);
        if (log == null) {
            throw new NotFound("log " + logId + " does not exist");
        }
        return log;
    }

    /** A number for a group under construction, by which logs know whether they have a place in it. Commit thread. */
    public long numberGroup() {
        return groups++;
    }

    /** Adds a log without records. Commit thread. */
    public LogState create(long logId, Retention retention) {
        var log = new LogState(logId, StoredLog.empty(retention), syncPolicy, reader);
        open.put(logId, log);
        return log;
    }

    /** Forgets a log. Commit thread. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written by the commit thread alone
    public void remove(LogState log) {
        log.markDeleted();
        open.remove(log.id(), log);
        deletedLogs++;
        deletedBytes += log.sizeInBytes();
    }

    /** The first log with an id from {@code firstLogId} up to, not including, {@code endLogId}. Blocks. */
    public OptionalLong firstBetween(long firstLogId, long endLogId) {
        var found = new long[] {-1};
        store.scan(
                ColumnFamily.LOGS,
                StorageSchema.logPrefix(firstLogId),
                StorageSchema.logPrefix(endLogId),
                (key, value) -> {
                    if (!StorageSchema.isLogHead(key) || DeletionMark.isMark(value)) {
                        return true;
                    }
                    found[0] = StorageSchema.logIdOf(key);
                    return false;
                });
        return found[0] < 0 ? OptionalLong.empty() : OptionalLong.of(found[0]);
    }

    /** Whether a family has rows between two keys. Blocks. */
    public boolean hasRows(ColumnFamily family, byte[] from, byte[] to) {
        var found = new boolean[1];
        store.scan(family, from, to, (key, value) -> {
            found[0] = true;
            return false;
        });
        return found[0];
    }

    /** Logs deleted since start. */
    long deletedLogs() {
        return deletedLogs;
    }

    /** Batch bytes of the logs deleted since start. */
    long deletedBytes() {
        return deletedBytes;
    }

    /**
     * Exchanges the database while no log is being opened, then brings every open log to what is stored; one that is not
     * stored is deleted, one whose end is damaged takes no changes any more. Commit thread.
     */
    public void reload(Runnable exchange) {
        opening.writeLock().lock();
        try {
            exchange.run();
            List.copyOf(open.values()).forEach(this::reload);
            // What was written is stored; what was not may be cached nowhere. Simpler to begin anew than to tell apart.
            cache.clear();
        } finally {
            opening.writeLock().unlock();
        }
    }

    private void reload(LogState log) {
        StoredLog stored;
        try {
            stored = StoredLog.read(store, log.id());
        } catch (CorruptData e) {
            log.markDamaged(
                    new CorruptData("log " + log.id() + " takes no changes, its end is damaged: " + e.getMessage()));
            return;
        }
        if (stored == null) {
            remove(log);
        } else {
            log.reload(stored);
        }
    }

    /** All open logs. */
    public Collection<LogState> all() {
        return open.values();
    }

    public TailCache cache() {
        return cache;
    }

    /** Reads answered by the tail cache since start. */
    public long cacheHits() {
        return cache.hits();
    }

    /** Reads that went to RocksDB since start. */
    public long cacheMisses() {
        return cache.misses();
    }

    private @Nullable LogState recover(long logId) {
        StoredLog stored = StoredLog.read(store, logId);
        return stored == null ? null : new LogState(logId, stored, syncPolicy, reader);
    }
}
