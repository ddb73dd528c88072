package dev.tandem.storage.log;

import dev.tandem.storage.record.StoredEntry;
import dev.tandem.storage.schema.Segment;
import org.jspecify.annotations.Nullable;

/** Sums up entries, one behind the other, as a segment. For one thread. */
final class SegmentBuilder {
    private long firstOffset;
    private long endOffset;
    private long records;
    private long bytes;
    private long logBytesEnd;
    private long minTimestamp;
    private long maxTimestamp;
    private long offsetOfMaxTimestamp;
    private int leaderEpoch;

    /** An empty segment that begins at an offset. */
    SegmentBuilder(long firstOffset) {
        restart(firstOffset);
    }

    /** Goes on with a segment that may grow. */
    SegmentBuilder(Segment segment) {
        firstOffset = segment.firstOffset();
        endOffset = segment.endOffset();
        records = segment.records();
        bytes = segment.bytes();
        logBytesEnd = segment.logBytesEnd();
        minTimestamp = segment.minTimestamp();
        maxTimestamp = segment.maxTimestamp();
        offsetOfMaxTimestamp = segment.offsetOfMaxTimestamp();
        leaderEpoch = segment.leaderEpoch();
    }

    /** Forgets everything and begins anew. */
    void restart(long offset) {
        firstOffset = offset;
        endOffset = offset;
        records = 0;
        bytes = 0;
        minTimestamp = Long.MAX_VALUE;
        maxTimestamp = Long.MIN_VALUE;
        offsetOfMaxTimestamp = Segment.UNKNOWN;
    }

    boolean isEmpty() {
        return endOffset == firstOffset;
    }

    long firstOffset() {
        return firstOffset;
    }

    long endOffset() {
        return endOffset;
    }

    long records() {
        return records;
    }

    long bytes() {
        return bytes;
    }

    int leaderEpoch() {
        return leaderEpoch;
    }

    /**
     * Adds an entry as it is appended.
     *
     * @param offsetOfMax an offset of the first record with {@code maxTime}, as closely as it is known
     * @param logBytes batch bytes ever appended to the log, the entry included
     */
    void add(long end, int count, int size, long minTime, long maxTime, long offsetOfMax, long logBytes, int epoch) {
        endOffset = end;
        records += count;
        bytes += size;
        minTimestamp = Math.min(minTimestamp, minTime);
        if (maxTime > maxTimestamp) {
            maxTimestamp = maxTime;
            offsetOfMaxTimestamp = offsetOfMax;
        }
        logBytesEnd = logBytes;
        leaderEpoch = epoch;
    }

    /** Adds an entry that was read. */
    void add(StoredEntry entry) {
        add(
                entry.endOffset(),
                entry.recordCount(),
                entry.batches().length(),
                entry.minTimestamp(),
                entry.maxTimestamp(),
                entry.baseOffset(),
                entry.envelope().logBytes(),
                entry.leaderEpoch());
    }

    /** Drops what lies below an entry. */
    void trim(long entryBase, long bytesBelow) {
        if (entryBase >= endOffset) {
            restart(entryBase);
        } else if (entryBase > firstOffset) {
            Segment rest = segment().from(entryBase, bytesBelow);
            firstOffset = entryBase;
            records = rest.records();
            bytes = rest.bytes();
            offsetOfMaxTimestamp = rest.offsetOfMaxTimestamp();
        }
    }

    /** Takes off records that are gone from within. */
    void thin(long goneRecords, long goneBytes) {
        records = Math.max(0, records - goneRecords);
        bytes = Math.max(0, bytes - goneBytes);
    }

    /** The segment as it is now; null while it is empty. */
    @Nullable
    Segment build() {
        return isEmpty() ? null : segment();
    }

    private Segment segment() {
        return new Segment(
                firstOffset,
                endOffset,
                records,
                bytes,
                logBytesEnd,
                minTimestamp,
                maxTimestamp,
                offsetOfMaxTimestamp,
                leaderEpoch);
    }
}
