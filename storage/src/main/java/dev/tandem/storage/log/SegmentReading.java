package dev.tandem.storage.log;

import dev.tandem.storage.record.StoredEntry;
import dev.tandem.storage.schema.Segment;
import java.util.ArrayList;
import java.util.List;

/** Finds out about a segment that a crash left undescribed, by reading it. Blocks. */
public final class SegmentReading {
    private static final int READ_BYTES = 1 << 20;

    private final Log log;
    private final Segment segment;
    private final List<Segment> found = new ArrayList<>();
    private final SegmentBuilder open;

    private SegmentReading(Log log, Segment segment) {
        this.log = log;
        this.segment = segment;
        this.open = new SegmentBuilder(segment.firstOffset());
    }

    /**
     * Reads a segment from its beginning on.
     *
     * @param mostBytes reading ends once it has come to more than this
     * @return the segments to put in its place, or in that of its first part: of the usual size, and each of one leader epoch
     */
    public static List<Segment> describe(Log log, Segment segment, long mostBytes) {
        return new SegmentReading(log, segment).run(mostBytes);
    }

    private List<Segment> run(long mostBytes) {
        long bytes = 0;
        long next = segment.firstOffset();
        while (next < segment.endOffset() && bytes < mostBytes) {
            LogRead read = log.read(next, segment.endOffset(), READ_BYTES);
            for (StoredEntry entry : read.entries()) {
                add(entry);
                bytes += entry.value().length();
            }
            next = Math.max(next, read.nextOffset());
            if (read.entries().isEmpty()) {
                break;
            }
        }
        if (next >= segment.endOffset() || bytes < mostBytes) {
            finish();
        } else {
            complete();
        }
        return found;
    }

    private void add(StoredEntry entry) {
        if (open.bytes() >= SegmentDirectory.SEGMENT_BYTES
                || (!open.isEmpty() && open.leaderEpoch() != entry.leaderEpoch())) {
            complete();
        }
        open.add(entry);
    }

    private void complete() {
        Segment built = open.build();
        if (built != null) {
            found.add(built);
            open.restart(built.endOffset());
        }
    }

    /** The last one reaches to the end, whatever is stored there. */
    private void finish() {
        complete();
        long end = found.isEmpty()
                ? segment.firstOffset()
                : found.get(found.size() - 1).endOffset();
        if (end < segment.endOffset()) {
            found.add(new Segment(
                    end, segment.endOffset(), 0, 0, segment.logBytesEnd(), -1, -1, end, segment.leaderEpoch()));
        }
    }
}
