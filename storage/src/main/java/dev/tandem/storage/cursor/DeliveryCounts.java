package dev.tandem.storage.cursor;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/**
 * How often messages were delivered and came back: for those few that did, by offset. A message that is delivered for the
 * first time, or acknowledged, takes no room. Not safe for use from several threads; copies share what neither changes.
 */
public final class DeliveryCounts {
    private final TreeMap<Long, CountChunk> chunks = new TreeMap<>();
    /** Chunks that are gone while their rows still exist. */
    private final List<Long> rowsToDelete = new ArrayList<>();

    /** No message has come back. */
    public DeliveryCounts() {}

    /** Reads what {@link #writeTo} wrote; counts of offsets that were acknowledged since are among them. */
    static DeliveryCounts load(SortedMap<Long, CountChunk> rows) {
        var counts = new DeliveryCounts();
        rows.forEach((number, chunk) -> {
            chunk.isStored = true;
            counts.chunks.put(number, chunk);
        });
        return counts;
    }

    /** How often the message at an offset was delivered and came back. */
    public int of(long offset) {
        CountChunk chunk = chunks.get(offset >>> AckSet.CHUNK_BITS);
        return chunk == null ? 0 : chunk.get((int) offset & AckSet.CHUNK_MASK);
    }

    public boolean isEmpty() {
        return chunks.isEmpty();
    }

    /** The message at an offset came back. */
    public void increment(long offset) {
        increment(offset, offset + 1, number -> null);
    }

    /**
     * Messages from {@code firstOffset} up to {@code endOffset} came back.
     *
     * @param acknowledged the offsets of a chunk that came back no more, null for none
     */
    void increment(long firstOffset, long endOffset, Function<Long, @Nullable RoaringBitmap> acknowledged) {
        for (long at = firstOffset; at < endOffset; ) {
            long number = at >>> AckSet.CHUNK_BITS;
            long chunkEnd = Math.min(endOffset - (number << AckSet.CHUNK_BITS), AckSet.CHUNK_SIZE);
            var offsets = RoaringBitmap.bitmapOfRange(at & AckSet.CHUNK_MASK, chunkEnd);
            RoaringBitmap without = acknowledged.apply(number);
            if (without != null) {
                offsets.andNot(without);
            }
            if (!offsets.isEmpty()) {
                chunks.computeIfAbsent(number, n -> new CountChunk(new ArrayList<>()))
                        .increment(offsets);
            }
            at = (number << AckSet.CHUNK_BITS) + chunkEnd;
        }
    }

    /** The message at an offset is acknowledged. */
    public void remove(long offset) {
        remove(offset, offset + 1);
    }

    /** The messages from {@code firstOffset} up to {@code endOffset} are acknowledged. */
    public void remove(long firstOffset, long endOffset) {
        if (chunks.isEmpty() || firstOffset >= endOffset) {
            return;
        }
        // A row that still has these counts does no harm: acknowledged offsets never come back.
        var covered =
                chunks.subMap(firstOffset >>> AckSet.CHUNK_BITS, true, (endOffset - 1) >>> AckSet.CHUNK_BITS, true);
        covered.entrySet().removeIf(entry -> {
            long base = entry.getKey() << AckSet.CHUNK_BITS;
            CountChunk chunk = entry.getValue();
            chunk.remove((int) Math.max(firstOffset - base, 0), (int) Math.min(endOffset - base, AckSet.CHUNK_SIZE));
            return forgetIfEmpty(entry.getKey(), chunk);
        });
    }

    /** Drops the counts of offsets of one chunk that are acknowledged. */
    void removeAll(long number, RoaringBitmap acknowledged) {
        CountChunk chunk = chunks.get(number);
        if (chunk != null) {
            chunk.removeAll(acknowledged);
            if (forgetIfEmpty(number, chunk)) {
                chunks.remove(number);
            }
        }
    }

    private boolean forgetIfEmpty(long number, CountChunk chunk) {
        if (!chunk.isEmpty()) {
            return false;
        }
        if (chunk.isStored) {
            rowsToDelete.add(number);
        }
        return true;
    }

    /** The same counts, to be changed apart from these. */
    DeliveryCounts copy() {
        var copy = new DeliveryCounts();
        chunks.forEach((number, chunk) -> copy.chunks.put(number, chunk.copy()));
        return copy;
    }

    /** Writes the rows of chunks whose counts rose since the last call, and deletes those of chunks that are gone. */
    void writeTo(CursorRows rows) {
        // Before the puts: a chunk that vanished and came back within the group is deleted, then written.
        rowsToDelete.forEach(rows::deleteCounts);
        rowsToDelete.clear();
        chunks.forEach((number, chunk) -> {
            if (chunk.isDirty) {
                rows.putCounts(number, chunk.encode());
                chunk.isDirty = false;
                chunk.isStored = true;
            }
        });
    }
}
