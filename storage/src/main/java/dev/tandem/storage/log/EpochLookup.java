package dev.tandem.storage.log;

import dev.tandem.storage.record.StoredEntry;
import dev.tandem.storage.schema.Segment;
import java.util.List;
import java.util.Optional;

/**
 * Lookups of leader epochs in one log, as Kafka's {@code LeaderEpochFileCache} answers them: an epoch begins where it first
 * appended, the current one at the log's end until it does; epochs that appended nothing are not known.
 *
 * <p>The directory knows the answers, for a segment holds records of one epoch. Only what was written before there were
 * directories is one segment of several epochs, which is searched until the cleaner has described it. Reader pool.
 */
final class EpochLookup {
    private final LogState log;
    private final int currentEpoch;
    private final long endOffset;
    private final List<Segment> segments;

    /**
     * A lookup in the log as it stands.
     *
     * @param currentEpoch of this start of the broker, read before
     */
    EpochLookup(LogState log, int currentEpoch, long endOffset) {
        this.log = log;
        this.currentEpoch = currentEpoch;
        this.endOffset = endOffset;
        this.segments = log.segments();
    }

    /** As {@link Log#endOfEpoch}. */
    Optional<EpochEnd> endOf(int epoch) {
        if (epoch == currentEpoch) {
            return Optional.of(new EpochEnd(epoch, endOffset));
        }
        if (epoch > currentEpoch) {
            return Optional.empty();
        }
        int known = epoch;
        for (Segment segment : segments) {
            if (segment.leaderEpoch() > epoch) {
                return Optional.of(endWithin(segment, epoch, known));
            }
            known = segment.leaderEpoch();
        }
        return Optional.of(new EpochEnd(known, endOffset));
    }

    /** As {@link Log#startEpoch}. */
    int atStart() {
        if (segments.isEmpty()) {
            return currentEpoch;
        }
        Segment first = segments.get(0);
        return first.isDescribed()
                ? first.leaderEpoch()
                : entryAt(log.startOffset(), first)
                        .map(StoredEntry::leaderEpoch)
                        .orElse(first.leaderEpoch());
    }

    /**
     * Where an epoch ends, given the first segment with records of larger ones.
     *
     * @param known the largest epoch before the segment that is not past the one asked for
     */
    private EpochEnd endWithin(Segment segment, int epoch, int known) {
        long low = Math.max(segment.firstOffset(), log.startOffset());
        long high = segment.isDescribed() ? low : segment.endOffset();
        int largest = known;
        // Epochs rise with offsets: below low there is none past the one asked for, from high on no other.
        while (low < high) {
            long middle = (low + high) >>> 1;
            Optional<StoredEntry> entry = entryAt(middle, segment);
            if (entry.isPresent() && entry.get().leaderEpoch() <= epoch) {
                largest = entry.get().leaderEpoch();
                low = entry.get().endOffset();
            } else {
                high = middle;
            }
        }
        return new EpochEnd(largest, low);
    }

    /** The entry of a segment that holds an offset, or the first behind it. */
    private Optional<StoredEntry> entryAt(long offset, Segment segment) {
        return log.read(offset, segment.endOffset(), 1).entries().stream().findFirst();
    }
}
