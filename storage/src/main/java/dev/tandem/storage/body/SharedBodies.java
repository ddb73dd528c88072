package dev.tandem.storage.body;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Which segments of shared bodies are in use, and by which logs. What it holds grows with segments and logs, not with
 * messages. Changed by the commit thread; anybody may look.
 *
 * <p>Ids are assigned in the order of the commits, and so are offsets: the offsets at which one log refers to one segment
 * lie together, behind those that refer to the segments before. A segment is free when each of its logs has acknowledged
 * its range, or is gone. No message is counted.
 */
public final class SharedBodies {
    /** A shorter body is stored with each message: a reference and a second read cost more than it takes. */
    public static final int MIN_BODY_BYTES = 4 << 10;

    /** By segment and log. */
    private final ConcurrentSkipListMap<Long, ConcurrentHashMap<Long, BodyRange>> segments =
            new ConcurrentSkipListMap<>();
    /** The same by log: what a deletion needs. Commit thread. */
    private final Map<Long, TreeSet<Long>> segmentsOf = new HashMap<>();

    private volatile long nextId;

    private SharedBodies() {}

    /** What a directory holds. Blocks. */
    public static SharedBodies load(RocksStore store) {
        var bodies = new SharedBodies();
        bodies.reload(store);
        return bodies;
    }

    /** Makes it what is stored, after the database was opened again. Blocks; commit thread. */
    public void reload(RocksStore store) {
        segments.clear();
        segmentsOf.clear();
        nextId = store.readU64(StorageSchema.NEXT_BODY_ID, 0);
        byte[] kind = {StorageSchema.BODY_REFERENCE};
        store.scan(ColumnFamily.BODIES, kind, StorageSchema.prefixEnd(kind), (key, value) -> {
            long segment = StorageSchema.bodySegmentOf(key);
            long logId = StorageSchema.bodyReferrerOf(key);
            if (BodySegments.firstId(segment) >= nextId) {
                throw new CorruptData(
                        "log " + logId + " refers to body segment " + segment + ", the next body is " + nextId);
            }
            add(segment, logId, BodyRows.decode(value));
            return true;
        });
    }

    /** The segments in use, lowest first, each with its logs and where they refer to it. */
    public NavigableMap<Long, ? extends Map<Long, BodyRange>> segments() {
        return segments;
    }

    /** Lowest id never used. */
    public long nextId() {
        return nextId;
    }

    /** Bytes of the segments in use, which hold bodies that nobody needs any more beside those that somebody does. */
    public long sizeInBytes() {
        long end = nextId;
        long bytes = 0;
        for (long segment : segments.keySet()) {
            bytes += Math.max(0, Math.min(end, BodySegments.firstId(segment + 1)) - BodySegments.firstId(segment));
        }
        return bytes;
    }

    /** Takes the ids of a body; returns the first. Commit thread. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written by the commit thread alone
    public long allocate(int length) {
        long id = nextId;
        nextId += Math.max(1, length);
        return id;
    }

    /** Notes that the message at an offset refers to a segment; returns the range it belongs to. Commit thread. */
    public BodyRange refer(long segment, long logId, long offset) {
        var logs = segments.get(segment);
        BodyRange range = logs == null ? null : logs.get(logId);
        if (range == null) {
            range = new BodyRange(offset, offset + 1);
            add(segment, logId, range);
        } else {
            range.extendTo(offset + 1);
        }
        return range;
    }

    private void add(long segment, long logId, BodyRange range) {
        segments.computeIfAbsent(segment, s -> new ConcurrentHashMap<>()).put(logId, range);
        segmentsOf.computeIfAbsent(logId, id -> new TreeSet<>()).add(segment);
    }

    /** The segments that a log refers to. Commit thread. */
    public Iterable<Long> segmentsOf(long logId) {
        return List.copyOf(segmentsOf.getOrDefault(logId, new TreeSet<>()));
    }

    /** Forgets that a log refers to a segment; true when no log does any more. Commit thread. */
    public boolean remove(long segment, long logId) {
        forget(segment, logId);
        var logs = segments.get(segment);
        if (logs != null) {
            logs.remove(logId);
        }
        return logs != null && logs.isEmpty();
    }

    /**
     * Forgets a segment: none of its ids is used again, also when it was not full. Commit thread.
     *
     * @return the bytes it may have held at most
     */
    public long free(long segment) {
        Map<Long, BodyRange> logs = segments.remove(segment);
        if (logs != null) {
            logs.keySet().forEach(logId -> forget(segment, logId));
        }
        long first = BodySegments.firstId(segment);
        long end = BodySegments.firstId(segment + 1);
        long bytes = Math.min(nextId, end) - first;
        nextId = Math.max(nextId, end);
        return bytes;
    }

    private void forget(long segment, long logId) {
        TreeSet<Long> others = segmentsOf.get(logId);
        if (others != null) {
            others.remove(segment);
            if (others.isEmpty()) {
                segmentsOf.remove(logId);
            }
        }
    }
}
