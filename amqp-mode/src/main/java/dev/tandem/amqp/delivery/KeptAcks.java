package dev.tandem.amqp.delivery;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Acknowledgements that could not be stored, as merged ranges by ack set, so that what a consumer acknowledges in order during a
 * long outage takes no more room than its first. One event loop only.
 */
final class KeptAcks {
    /** By ack set: end by first offset; disjoint, not touching. */
    private final Map<CursorAddress, TreeMap<Long, Long>> cursors = new HashMap<>();

    boolean isEmpty() {
        return cursors.isEmpty();
    }

    /** Keeps ranges, pairs of first and end offset. */
    void add(CursorAddress cursor, long[] ranges) {
        var kept = cursors.computeIfAbsent(cursor, address -> new TreeMap<>());
        for (int i = 0; i < ranges.length; i += 2) {
            add(kept, ranges[i], ranges[i + 1]);
        }
    }

    private static void add(TreeMap<Long, Long> kept, long firstOffset, long endOffset) {
        long first = firstOffset;
        long end = endOffset;
        for (var near = kept.floorEntry(end); near != null && near.getValue() >= first; near = kept.floorEntry(end)) {
            first = Math.min(first, near.getKey());
            end = Math.max(end, near.getValue());
            kept.remove(near.getKey());
        }
        kept.put(first, end);
    }

    /** Hands over the ranges of each ack set, and forgets them. */
    void drainTo(BiConsumer<CursorAddress, long[]> taker) {
        var drained = Map.copyOf(cursors);
        cursors.clear();
        drained.forEach((cursor, kept) -> {
            long[] ranges = new long[kept.size() * 2];
            int at = 0;
            for (var range : kept.entrySet()) {
                ranges[at++] = range.getKey();
                ranges[at++] = range.getValue();
            }
            taker.accept(cursor, ranges);
        });
    }
}
