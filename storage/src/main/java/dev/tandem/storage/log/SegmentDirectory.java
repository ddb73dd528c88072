package dev.tandem.storage.log;

import dev.tandem.storage.schema.Segment;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The directory of one log: its segments, in memory as well as in the rows that the commit thread writes for it.
 *
 * <p>Changed by the commit thread alone, ahead of readers by the group under construction; readers see what
 * {@link #publish} showed them.
 */
public final class SegmentDirectory {
    /*
     * Complete segments have a row each. The open one, which the next entry joins, has none; it is completed once it holds
     * SEGMENT_BYTES, when an entry of another start of the broker (another leader epoch) follows, when the log is at rest
     * for long (Change.CloseSegment), and at a clean stop. So after a clean stop every segment is described by a row, and
     * after a crash all but the last: of that one the rows of others and the last entry tell extent and size, while its
     * timestamps are unknown until somebody needs them and reads it (Change.DescribeSegments). The same goes for all of a
     * log that was written before there were directories.
     */
    /** Batch bytes that make a segment complete. */
    public static final long SEGMENT_BYTES = 16 << 20;

    private Segment[] complete;
    private long completeBytes;
    private long completeRecords;
    private final SegmentBuilder open;
    private volatile Segments published;

    /** The directory of an empty log. */
    SegmentDirectory() {
        this(List.of(), 0, null);
    }

    /**
     * A directory as recovered.
     *
     * @param rows the complete segments, in order
     * @param endOffset the log's end
     * @param open what lies behind the rows, null when nothing does
     */
    SegmentDirectory(List<Segment> rows, long endOffset, @Nullable Segment open) {
        this.complete = rows.toArray(Segments.NONE);
        this.completeBytes = rows.stream().mapToLong(Segment::bytes).sum();
        this.completeRecords = rows.stream().mapToLong(Segment::records).sum();
        this.open = open == null ? new SegmentBuilder(endOffset) : new SegmentBuilder(open);
        this.published = new Segments(complete, completeBytes, open);
    }

    /** The segments as readers may see them, oldest first; the last may still grow. Any thread. */
    public List<Segment> segments() {
        return published;
    }

    /** The segment that may still grow, as readers may see it; null when there is none. Any thread. */
    public @Nullable Segment open() {
        return published.open();
    }

    /** Batch bytes that are stored, as readers may see them. Any thread. */
    long bytes() {
        return published.bytes();
    }

    /** Records that are stored. */
    public long records() {
        return completeRecords + open.records();
    }

    /** Shows readers the present state. */
    public void publish() {
        published = new Segments(complete, completeBytes, open.build());
    }

    /**
     * Adds an entry behind all others.
     *
     * @param offsetOfMax an offset of its first record with {@code maxTimestamp}, as closely as it is known
     * @param logBytes batch bytes ever appended to the log, the entry included
     * @param completed takes the segments that are complete by that
     */
    public void append(
            long baseOffset,
            int records,
            int bytes,
            long minTimestamp,
            long maxTimestamp,
            long offsetOfMax,
            long logBytes,
            int leaderEpoch,
            Consumer<Segment> completed) {
        if (open.isEmpty()) {
            open.restart(baseOffset);
        } else if (open.leaderEpoch() != leaderEpoch) {
            close(completed);
        }
        open.add(baseOffset + records, records, bytes, minTimestamp, maxTimestamp, offsetOfMax, logBytes, leaderEpoch);
        if (open.bytes() >= SEGMENT_BYTES) {
            close(completed);
        }
    }

    /** Completes the open segment, if there is one. */
    public void close(Consumer<Segment> completed) {
        Segment segment = open.build();
        if (segment != null) {
            insert(complete.length, complete.length, List.of(segment));
            open.restart(segment.endOffset());
            completed.accept(segment);
        }
    }

    /** Completes the open segment, if it ends at an offset. */
    public void closeUpTo(long endOffset, Consumer<Segment> completed) {
        if (open.endOffset() == endOffset) {
            close(completed);
        }
    }

    /** The highest offset at or below another one, at or behind the log's first segment, at which a segment begins. */
    public long lastBeginningUpTo(long offset) {
        int index = indexOf(offset);
        return index < complete.length ? complete[index].firstOffset() : open.firstOffset();
    }

    /** Batch bytes ever appended below a segment's first offset; empty for offsets at which none begins. */
    public OptionalLong bytesBelow(long offset) {
        int index = indexOf(offset);
        return index > 0 && lastBeginningUpTo(offset) == offset
                ? OptionalLong.of(complete[index - 1].logBytesEnd())
                : OptionalLong.empty();
    }

    /**
     * Drops everything below an entry.
     *
     * @param bytesBelow batch bytes ever appended below it
     * @return the complete segments that are gone or, the last one, cut; none of them has its row any more
     */
    public List<Segment> trim(long entryBase, long bytesBelow) {
        int gone = 0;
        while (gone < complete.length && complete[gone].endOffset() <= entryBase) {
            gone++;
        }
        boolean cut = gone < complete.length && complete[gone].firstOffset() < entryBase;
        List<Segment> touched = List.of(Arrays.copyOf(complete, cut ? gone + 1 : gone));
        insert(0, touched.size(), cut ? List.of(complete[gone].from(entryBase, bytesBelow)) : List.of());
        open.trim(entryBase, bytesBelow);
        return touched;
    }

    /** The segment, complete or open, that begins at an offset; null when there is none. */
    public @Nullable Segment beginningAt(long firstOffset) {
        int index = indexOf(firstOffset);
        Segment segment = index < complete.length ? complete[index] : open.build();
        return segment != null && segment.firstOffset() == firstOffset ? segment : null;
    }

    /**
     * Puts segments in the place of complete ones that cover the same offsets.
     *
     * @return the segments replaced; none when no complete ones do
     */
    public List<Segment> replace(List<Segment> by) {
        int from = indexOf(by.get(0).firstOffset());
        long end = by.get(by.size() - 1).endOffset();
        int to = from;
        while (to < complete.length && complete[to].endOffset() <= end) {
            to++;
        }
        if (to == from
                || complete[from].firstOffset() != by.get(0).firstOffset()
                || complete[to - 1].endOffset() != end) {
            return List.of();
        }
        List<Segment> replaced = List.of(Arrays.copyOfRange(complete, from, to));
        insert(from, to, by);
        return replaced;
    }

    /**
     * Takes off records that are gone from within the segment that holds an offset.
     *
     * @param thinned takes the segment if it is complete
     */
    public void thin(long offset, long records, long bytes, Consumer<Segment> thinned) {
        int index = indexOf(offset);
        if (index == complete.length) {
            open.thin(records, bytes);
        } else {
            Segment rest = complete[index].without(records, bytes);
            insert(index, index + 1, List.of(rest));
            thinned.accept(rest);
        }
    }

    /** Whether complete segments cover a range exactly. */
    public boolean isCovered(long firstOffset, long endOffset) {
        int from = indexOf(firstOffset);
        int last = indexOf(endOffset - 1);
        return last < complete.length
                && complete[from].firstOffset() == firstOffset
                && complete[last].endOffset() == endOffset;
    }

    /**
     * Makes one segment of the complete ones that cover a range exactly.
     *
     * @return the segments replaced; none when there are not several
     */
    public List<Segment> join(long firstOffset, long endOffset) {
        int from = indexOf(firstOffset);
        int to = indexOf(endOffset - 1) + 1;
        if (to - from < 2 || !isCovered(firstOffset, endOffset)) {
            return List.of();
        }
        List<Segment> replaced = List.of(Arrays.copyOfRange(complete, from, to));
        insert(from, to, List.of(replaced.stream().reduce(Segment::join).orElseThrow()));
        return replaced;
    }

    /** Index of the complete segment that holds an offset, or that comes next; their number past the last. */
    private int indexOf(long offset) {
        int low = 0;
        int high = complete.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (complete[middle].endOffset() <= offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Puts segments in the place of those from one index to another; readers keep the array they have. */
    private void insert(int from, int to, List<Segment> segments) {
        var changed = new Segment[complete.length - (to - from) + segments.size()];
        System.arraycopy(complete, 0, changed, 0, from);
        for (int i = 0; i < segments.size(); i++) {
            changed[from + i] = segments.get(i);
            completeBytes += segments.get(i).bytes();
            completeRecords += segments.get(i).records();
        }
        System.arraycopy(complete, to, changed, from + segments.size(), complete.length - to);
        for (int i = from; i < to; i++) {
            completeBytes -= complete[i].bytes();
            completeRecords -= complete[i].records();
        }
        complete = changed;
    }
}
