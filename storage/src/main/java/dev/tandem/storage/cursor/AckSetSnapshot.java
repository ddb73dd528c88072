package dev.tandem.storage.cursor;

import java.util.Arrays;
import java.util.List;
import org.roaringbitmap.RoaringBitmap;

/** An ack set as it stood once; its chunks are shared with the set, which copies them before it changes them. */
final class AckSetSnapshot implements AckSetView {
    private final long floor;
    /** Numbers of the chunks, ascending. */
    private final long[] chunks;
    /** Per chunk the acknowledged offsets within it, none below the floor, never empty. */
    private final List<RoaringBitmap> bits;

    private final long cardinality;
    private final long deliveredEnd;
    private final DeliveryCounts counts;

    AckSetSnapshot(
            long floor,
            long[] chunks,
            List<RoaringBitmap> bits,
            long cardinality,
            long deliveredEnd,
            DeliveryCounts counts) {
        this.floor = floor;
        this.chunks = chunks;
        this.bits = bits;
        this.cardinality = cardinality;
        this.deliveredEnd = deliveredEnd;
        this.counts = counts;
    }

    @Override
    public long floor() {
        return floor;
    }

    @Override
    public boolean contains(long offset) {
        if (offset < floor) {
            return true;
        }
        int index = Arrays.binarySearch(chunks, offset >>> AckSet.CHUNK_BITS);
        return index >= 0 && bits.get(index).contains((int) offset & AckSet.CHUNK_MASK);
    }

    @Override
    public long cardinalityAboveFloor() {
        return cardinality;
    }

    @Override
    public long nextUnacknowledged(long offset) {
        long at = Math.max(offset, floor);
        int index = Arrays.binarySearch(chunks, at >>> AckSet.CHUNK_BITS);
        while (index >= 0 && index < chunks.length && chunks[index] == at >>> AckSet.CHUNK_BITS) {
            long absent = bits.get(index).nextAbsentValue((int) at & AckSet.CHUNK_MASK);
            at = (chunks[index] << AckSet.CHUNK_BITS) + absent;
            if (absent < AckSet.CHUNK_SIZE) {
                break;
            }
            index++;
        }
        return at;
    }

    @Override
    public long nextAcknowledged(long offset) {
        if (offset < floor) {
            return offset;
        }
        for (int index = indexOf(offset >>> AckSet.CHUNK_BITS); index < chunks.length; index++) {
            long base = chunks[index] << AckSet.CHUNK_BITS;
            long present = bits.get(index).nextValue((int) Math.max(offset - base, 0));
            if (present >= 0) {
                return base + present;
            }
        }
        return Long.MAX_VALUE;
    }

    @Override
    public long acknowledgedBetween(long firstOffset, long endOffset) {
        long count = Math.max(0, Math.min(endOffset, floor) - firstOffset);
        for (int index = indexOf(Math.max(firstOffset, 0) >>> AckSet.CHUNK_BITS); index < chunks.length; index++) {
            long base = chunks[index] << AckSet.CHUNK_BITS;
            if (base >= endOffset) {
                break;
            }
            count += bits.get(index)
                    .rangeCardinality(Math.max(firstOffset - base, 0), Math.min(endOffset - base, AckSet.CHUNK_SIZE));
        }
        return count;
    }

    /** Index of a chunk, or of the next one there is. */
    private int indexOf(long chunk) {
        int index = Arrays.binarySearch(chunks, chunk);
        return index >= 0 ? index : -index - 1;
    }

    @Override
    public long end() {
        int last = chunks.length - 1;
        return last < 0
                ? floor
                : (chunks[last] << AckSet.CHUNK_BITS) + bits.get(last).last() + 1;
    }

    @Override
    public long deliveredEnd() {
        return deliveredEnd;
    }

    @Override
    public int deliveryCount(long offset) {
        return counts.of(offset);
    }

    @Override
    public DeliveryCounts deliveryCounts() {
        return counts.copy();
    }
}
