package dev.tandem.storage.log;

import dev.tandem.storage.StorageConfig.SyncPolicy;
import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.cursor.AckSet;
import dev.tandem.storage.producer.ProducerWindow;
import dev.tandem.storage.record.StoredEntry;
import dev.tandem.storage.schema.LogHead;
import dev.tandem.storage.schema.Segment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One open log. What readers see (start, written and synced end) is volatile and changes after a group is written or
 * synced; what appends go by belongs to the commit thread and runs ahead by the group under construction.
 */
public final class LogState implements Log {
    private static final Watch[] NO_WATCHES = {};
    /** Acknowledged bytes above the floor worth a look, and the part of a long log that is. */
    private static final long LOOK_BYTES = 1 << 20;

    private static final int LOOKS = 16;

    private final long id;
    private final Retention retention;
    private final SyncPolicy syncPolicy;
    private final LogReader reader;
    private volatile SegmentDirectory directory;
    private final TailCache.Tail tail = new TailCache.Tail();

    private volatile long startOffset;
    private volatile long startEntry;
    private volatile long startBytes;
    private volatile long writtenEnd;
    private volatile long writtenBytes;
    private volatile long syncedEnd;
    private volatile boolean exists = true;
    private volatile @Nullable CorruptData damage;
    private volatile Watch[] watches = NO_WATCHES;

    // Commit thread only, from here on.
    private long nextOffset;
    private long logBytes;
    private long transientRecords;
    private long headBytes;
    private boolean trimClaimed;
    private long group = -1;
    private int placeInGroup;
    private long deadBytesAtLook;
    private final Map<Integer, AckSet> ackSets = new HashMap<>();
    private final Map<Long, ProducerWindow> producers = new HashMap<>();

    /** An open log as recovered. */
    LogState(long id, StoredLog stored, SyncPolicy syncPolicy, LogReader reader) {
        this.id = id;
        this.retention = stored.head().retention();
        this.syncPolicy = syncPolicy;
        this.reader = reader;
        this.directory = stored.directory();
        take(stored.head());
    }

    private void take(LogHead head) {
        startOffset = head.startOffset();
        startEntry = head.startEntry();
        startBytes = head.startBytes();
        nextOffset = head.nextOffset();
        logBytes = head.logBytes();
        transientRecords = head.transientRecords();
        headBytes = head.logBytes();
        writtenEnd = nextOffset;
        writtenBytes = logBytes;
        syncedEnd = nextOffset;
    }

    /**
     * Forgets what memory knows beyond what is stored, after the database was opened again. Never takes back an offset
     * that readers were shown. Commit thread.
     *
     * @param stored as for a log that is opened
     */
    void reload(StoredLog stored) {
        if (stored.head().nextOffset() < writtenEnd) {
            throw new CorruptData(
                    "log " + id + " ends at offset " + stored.head().nextOffset() + " in the database opened again,"
                            + " while readers were shown the records up to " + writtenEnd);
        }
        directory = stored.directory();
        take(stored.head());
        damage = null;
        trimClaimed = false;
        ackSets.clear();
        producers.clear();
    }

    @Override
    public long id() {
        return id;
    }

    public Retention retention() {
        return retention;
    }

    @Override
    public long startOffset() {
        return startOffset;
    }

    @Override
    public long writtenEnd() {
        return writtenEnd;
    }

    @Override
    public long syncedEnd() {
        return syncedEnd;
    }

    @Override
    public long highWatermark() {
        return syncPolicy == SyncPolicy.OS ? writtenEnd : syncedEnd;
    }

    @Override
    public long sizeInBytes() {
        return directory.bytes();
    }

    @Override
    public boolean exists() {
        return exists;
    }

    @Override
    public Optional<LogRead> readCached(long offset, long endOffset, int maxBytes) {
        return reader.readCached(this, offset, endOffset, maxBytes);
    }

    @Override
    public LogRead read(long offset, long endOffset, int maxBytes) {
        return reader.read(this, offset, endOffset, maxBytes);
    }

    @Override
    public LogRead readMessages(long offset, long endOffset, int maxBytes) {
        return reader.readMessages(this, offset, endOffset, maxBytes);
    }

    @Override
    public List<Segment> segments() {
        return directory.segments();
    }

    @Override
    public Optional<TimedOffset> firstAtOrAfter(long timestampMillis, long endOffset, EntryUnpacker unpacker) {
        return new TimeLookup(this, endOffset, unpacker).firstAtOrAfter(timestampMillis);
    }

    @Override
    public Optional<TimedOffset> latest(long endOffset, EntryUnpacker unpacker) {
        return new TimeLookup(this, endOffset, unpacker).latest();
    }

    @Override
    public Optional<EpochEnd> endOfEpoch(int epoch, int currentEpoch, long endOffset) {
        return new EpochLookup(this, currentEpoch, endOffset).endOf(epoch);
    }

    @Override
    public int startEpoch(int currentEpoch) {
        return new EpochLookup(this, currentEpoch, writtenEnd).atStart();
    }

    @Override
    public synchronized void watch(Executor executor, LogWatcher watcher) {
        var more = java.util.Arrays.copyOf(watches, watches.length + 1);
        more[watches.length] = new Watch(executor, watcher);
        watches = more;
    }

    @Override
    public synchronized void unwatch(LogWatcher watcher) {
        for (int i = 0; i < watches.length; i++) {
            if (watches[i].watcher == watcher) {
                var fewer = new Watch[watches.length - 1];
                System.arraycopy(watches, 0, fewer, 0, i);
                System.arraycopy(watches, i + 1, fewer, i, fewer.length - i);
                watches = fewer;
                return;
            }
        }
    }

    /** Whether somebody waits for synced records: readers of shared logs see nothing younger. */
    public boolean hasSyncedReaders() {
        return retention == Retention.EXPLICIT && watches.length > 0;
    }

    /** Who hears of this log's moves. */
    public Watch[] watches() {
        return watches;
    }

    /** Nothing is stored below this offset. */
    public long startEntry() {
        return startEntry;
    }

    TailCache.Tail tail() {
        return tail;
    }

    /** The log's segments. Changed by the commit thread only. */
    public SegmentDirectory directory() {
        return directory;
    }

    /** Offset that the next record gets. Commit thread. */
    public long nextOffset() {
        return nextOffset;
    }

    /** Batch bytes ever appended. Commit thread. */
    public long logBytes() {
        return logBytes;
    }

    /** Transient records ever appended. Commit thread. */
    public long transientRecords() {
        return transientRecords;
    }

    /**
     * The log's place among those that a group moves. Commit thread.
     *
     * @param free the place that it takes when it has none in this group
     */
    public int placeIn(long groupNumber, int free) {
        if (group != groupNumber) {
            group = groupNumber;
            placeInGroup = free;
        }
        return placeInGroup;
    }

    /** Takes offsets for an entry. Commit thread. */
    public void advance(int records, long bytes, boolean isTransient) {
        nextOffset += records;
        logBytes += bytes;
        if (isTransient) {
            transientRecords += records;
        }
    }

    /** The open ack sets, by cursor id. Commit thread. */
    public Map<Integer, AckSet> ackSets() {
        return ackSets;
    }

    /** The open producer windows, by producer id. Commit thread. */
    public Map<Long, ProducerWindow> producers() {
        return producers;
    }

    /** The head row as of now. Commit thread. */
    public LogHead head() {
        return new LogHead(retention, startOffset, startEntry, startBytes, nextOffset, logBytes, transientRecords);
    }

    /** Bytes appended since the last {@link #headWritten}. Commit thread. */
    public long bytesSinceHead() {
        return logBytes - headBytes;
    }

    /** Notes that a head row with the present state is part of the group. Commit thread. */
    public void headWritten() {
        headBytes = logBytes;
    }

    /** Raises the start. Commit thread. */
    public void trimTo(long offset, long entryBase, long bytesBelow) {
        trimClaimed = false;
        startEntry = entryBase;
        startBytes = bytesBelow;
        startOffset = offset;
    }

    /**
     * Batch bytes ever appended below an offset that is known, without reading, to be the first of an entry: a segment's
     * first, or the written end. Commit thread.
     */
    public OptionalLong bytesBelow(long offset) {
        return offset == writtenEnd ? OptionalLong.of(writtenBytes) : directory.bytesBelow(offset);
    }

    /** How many bytes a trim to an entry with so many bytes below it deletes. */
    public long bytesFreedBy(long bytesBelow) {
        return Math.max(0, bytesBelow - startBytes);
    }

    /** Whether so much is acknowledged and still stored that it is worth another look since the last one. Commit thread. */
    public boolean claimLook(long deadBytes) {
        deadBytesAtLook = Math.min(deadBytesAtLook, deadBytes);
        if (deadBytes - deadBytesAtLook < Math.max(LOOK_BYTES, sizeInBytes() / LOOKS)) {
            return false;
        }
        deadBytesAtLook = deadBytes;
        return true;
    }

    /** Notes that a rewrite freed bytes. Commit thread. */
    public void freedByRewrite(long bytes) {
        deadBytesAtLook = Math.max(0, deadBytesAtLook - bytes);
    }

    /** True for the first caller since the last trim: one trim of a log is under way at a time. Commit thread. */
    public boolean claimTrim() {
        if (trimClaimed) {
            return false;
        }
        trimClaimed = true;
        return true;
    }

    /** Batch bytes ever appended, as far as they are written. */
    public long writtenBytes() {
        return writtenBytes;
    }

    /** Shows readers what the group just written appended. Commit thread. */
    public void publishWritten() {
        writtenBytes = logBytes;
        directory.publish();
        writtenEnd = nextOffset;
    }

    /** Shows readers what is synced. Sync thread. */
    public void publishSynced(long end) {
        if (end > syncedEnd) {
            syncedEnd = end;
        }
    }

    /** Why the log takes no changes, null when it does. Readers are served as far as its records are sound. */
    public @Nullable CorruptData damage() {
        return damage;
    }

    /** What is stored cannot be told from what is in memory: nothing may build on it. Commit thread. */
    void markDamaged(CorruptData reason) {
        damage = reason;
    }

    /** Marks the log deleted. Commit thread. */
    public void markDeleted() {
        exists = false;
    }

    /** Makes readers of what lies below an offset go to RocksDB, where it was rewritten. Commit thread. */
    public void forgetCachedBelow(long offset) {
        tail.hideBelow(offset);
    }

    /** The entry that holds an offset, or the first behind it; empty past the end. Blocks. */
    public Optional<StoredEntry> entryAt(long offset) {
        LogRead read = reader.read(this, offset, Long.MAX_VALUE, 1);
        return read.entries().isEmpty()
                ? Optional.empty()
                : Optional.of(read.entries().get(0));
    }

    /** A watcher and where it runs. */
    public record Watch(Executor executor, LogWatcher watcher) {}
}
