package dev.tandem.storage.log;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Deleted ranges whose disk space is still to be given back, joined where they touch. One thread at a time. */
final class PendingRanges {
    private final Map<FreedRange.Place, List<Pending>> places = new HashMap<>();
    private long bytes;

    /**
     * Adds a range.
     *
     * @param nowNanos when its deletion was synced
     */
    void add(FreedRange range, long nowNanos) {
        List<Pending> pending = places.computeIfAbsent(range.place(), place -> new ArrayList<>());
        FreedRange joined = range;
        for (Iterator<Pending> known = pending.iterator(); known.hasNext(); ) {
            FreedRange one = known.next().range();
            if (one.joins(joined)) {
                joined = one.cover(joined);
                known.remove();
            }
        }
        pending.add(new Pending(joined, nowNanos));
        bytes += range.bytes();
    }

    /** Of all ranges. */
    long bytes() {
        return bytes;
    }

    /** Removes the ranges that have not grown since a moment. */
    List<FreedRange> takeRested(long sinceNanos) {
        var taken = new ArrayList<FreedRange>();
        for (List<Pending> pending : places.values()) {
            for (Iterator<Pending> ranges = pending.iterator(); ranges.hasNext(); ) {
                Pending one = ranges.next();
                if (one.grownNanos() - sinceNanos <= 0) {
                    ranges.remove();
                    taken.add(one.range());
                    bytes -= one.range().bytes();
                }
            }
        }
        places.values().removeIf(List::isEmpty);
        return taken;
    }

    /** Removes a range, unless it has grown. */
    void remove(FreedRange range) {
        List<Pending> pending = places.get(range.place());
        if (pending != null && pending.removeIf(one -> one.range().equals(range))) {
            bytes -= range.bytes();
        }
    }

    /** All ranges, which stay. */
    List<FreedRange> all() {
        return places.values().stream()
                .flatMap(List::stream)
                .map(Pending::range)
                .toList();
    }

    private record Pending(FreedRange range, long grownNanos) {}
}
