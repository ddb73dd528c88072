package dev.tandem.storage.cursor;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.record.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.roaringbitmap.RoaringBitmap;

/**
 * The offsets of one log that one cursor has acknowledged: everything below a floor, and chunks of 65,536 offsets above
 * it. Commit thread only; {@link #view} is for everyone else.
 */
public final class AckSet {
    /*
     * What is stored, and why it suffices.
     *
     * A commit group whose acknowledgements only move the floor writes the head row: the common case, 25 bytes. One that
     * leaves holes writes a delta: the group's ranges above the floor, and the floor. Deltas carry a sequence number. Once
     * they have come to as many bytes as the chunks changed since, those are rewritten instead: so a rewrite at most
     * doubles what is written, however many chunks random acknowledgements touch. The head says up to which delta the chunk
     * rows are complete. The delta behind that one goes to slot 0, the next to slot 1 and so on: a slot with a sequence that
     * the head covers is stale, so slots are overwritten and never deleted, and a live one never is overwritten.
     *
     * The floor only rises, so a load takes the highest floor of the head and the live deltas, and whatever rows say
     * about offsets below it no longer matters. Hence clearing offsets below the floor does not make a chunk dirty.
     *
     * Delivery counts have rows of their own, written with the group that raised them. Acknowledging a message drops its
     * count from memory only: an acknowledged offset never comes back, so a load drops the counts of those.
     */
    /** Deltas that may be live at a time: a load reads them all. */
    static final int MAX_DELTAS = 65_536;
    /** Chunks are not rewritten before deltas have come to so many bytes. */
    static final int MIN_REWRITE_BYTES = 2048;
    /** Deltas of schema version 1 lie in the slot of their sequence number modulo this. */
    static final int FORMER_SLOTS = 64;

    static final int CHUNK_BITS = 16;
    static final int CHUNK_SIZE = 1 << CHUNK_BITS;
    static final int CHUNK_MASK = CHUNK_SIZE - 1;
    /** A larger delta is not written: the changed chunks are rewritten instead. */
    static final int MAX_DELTA_BYTES = 256 << 10;
    /** What a delta costs besides its value: key, lengths and tags in log and file. */
    private static final int DELTA_ROW_BYTES = 40;

    private final TreeMap<Long, Chunk> chunks = new TreeMap<>();
    /** Ranges newly acknowledged above the floor since the last {@link #writeTo}. */
    private final PendingRanges pending = new PendingRanges();
    /** Chunks that are gone while their rows still exist. */
    private final List<Long> rowsToDelete = new ArrayList<>();

    private DeliveryCounts counts = new DeliveryCounts();
    private long floor;
    private long cardinality;
    private long deliveredEnd;

    private long storedFloor;
    private long storedDeliveredEnd;
    /** The last delta written. */
    private long lastSeq;
    /** The last delta that the chunk rows contain. */
    private long headSeq;
    /** Bytes of the live deltas. */
    private long deltaBytes;
    /** How many make it worth to look at what a rewrite of the changed chunks would cost. */
    private long rewriteBytes = MIN_REWRITE_BYTES;
    /** Live deltas lie in other slots than this code would put them in. */
    private boolean isOfFormerLayout;

    /** The ack set of a cursor that is new: floor 0, nothing acknowledged, nothing delivered. */
    public AckSet() {}

    /**
     * Reads what {@link #writeTo} wrote.
     *
     * @param head the head row, if there is one
     * @param deltas delta rows by slot, stale ones included
     * @param chunks chunk rows by number; those below the floor are ignored
     * @param counts rows of delivery counts by the number of their chunk
     * @param cleanStop whether every stop since the delivered end was stored was clean; otherwise it is not known and
     *     becomes {@link Long#MAX_VALUE}
     * @throws CorruptData when a row cannot be read or a delta is missing
     */
    public static AckSet load(
            Optional<Slice> head,
            Map<Integer, Slice> deltas,
            SortedMap<Long, Slice> chunks,
            SortedMap<Long, Slice> counts,
            boolean cleanStop) {
        var set = new AckSet();
        var stored = head.map(CursorCodec::decodeHead).orElse(new CursorCodec.Head(0, 0, 0));
        var live = liveDeltas(deltas, stored.deltaSeq());
        set.floor = live.values().stream().mapToLong(row -> row.delta().floor()).reduce(stored.floor(), Math::max);
        chunks.forEach((number, value) -> set.loadChunk(number, new Chunk(CursorCodec.decodeChunk(number, value))));
        for (var row : live.values()) {
            long[] ranges = row.delta().ranges();
            for (int i = 0; i < ranges.length; i += 2) {
                set.acknowledge(ranges[i], ranges[i + 1]);
            }
        }
        set.advanceFloor();
        set.loadCounts(counts);
        set.pending.clear();
        set.storedFloor = set.floor;
        set.headSeq = stored.deltaSeq();
        set.lastSeq = live.isEmpty() ? stored.deltaSeq() : live.lastKey();
        for (var row : live.values()) {
            set.deltaBytes += DELTA_ROW_BYTES + row.size();
            set.isOfFormerLayout |= row.slot() != row.delta().seq() - set.headSeq - 1;
        }
        set.storedDeliveredEnd = stored.deliveredEnd();
        set.deliveredEnd = cleanStop ? stored.deliveredEnd() : Long.MAX_VALUE;
        return set;
    }

    /** A delta and where it lies. */
    private record DeltaRow(int slot, int size, CursorCodec.Delta delta) {}

    private static TreeMap<Long, DeltaRow> liveDeltas(Map<Integer, Slice> rows, long headSeq) {
        var live = new TreeMap<Long, DeltaRow>();
        rows.forEach((slot, value) -> {
            var delta = CursorCodec.decodeDelta(value);
            if (delta.seq() <= headSeq) {
                return;
            }
            if (slot != delta.seq() - headSeq - 1 && slot != delta.seq() % FORMER_SLOTS) {
                throw new CorruptData("cursor delta " + delta.seq() + " lies in slot " + slot);
            }
            live.put(delta.seq(), new DeltaRow(slot, value.length(), delta));
        });
        if (!live.isEmpty() && live.lastKey() - headSeq != live.size()) {
            throw new CorruptData("of the cursor deltas from " + (headSeq + 1) + " to " + live.lastKey() + " only "
                    + live.size() + " are there");
        }
        return live;
    }

    private void loadChunk(long number, Chunk chunk) {
        if (number < 0) {
            throw new CorruptData("there is no cursor chunk " + number);
        }
        if (number == chunkOf(floor)) {
            chunk.removeBelow((int) floor & CHUNK_MASK);
        }
        if (number < chunkOf(floor) || chunk.isEmpty()) {
            rowsToDelete.add(number);
        } else {
            chunk.isStored = true;
            chunks.put(number, chunk);
            cardinality += chunk.cardinality();
        }
    }

    private void loadCounts(SortedMap<Long, Slice> rows) {
        var loaded = new TreeMap<Long, CountChunk>();
        rows.forEach((number, value) -> loaded.put(number, new CountChunk(CursorCodec.decodeCounts(number, value))));
        counts = DeliveryCounts.load(loaded);
        counts.remove(0, floor);
        chunks.forEach((number, chunk) -> counts.removeAll(number, chunk.bits()));
    }

    /**
     * Acknowledges the offsets from {@code firstOffset} up to, not including, {@code endOffset}. Those acknowledged
     * before are ignored. From the floor on it costs as much as there are chunks below {@code endOffset}; above the
     * floor, one step per 65,536 offsets: the caller keeps {@code endOffset} within the log.
     */
    public void acknowledge(long firstOffset, long endOffset) {
        if (endOffset <= floor || firstOffset >= endOffset) {
            return;
        }
        if (firstOffset <= floor) {
            raiseFloor(endOffset);
            return;
        }
        long before = cardinality;
        for (long at = firstOffset; at < endOffset; ) {
            long number = chunkOf(at);
            long chunkEnd = Math.min(endOffset - (number << CHUNK_BITS), CHUNK_SIZE);
            var chunk = chunks.computeIfAbsent(number, n -> new Chunk(new RoaringBitmap()));
            cardinality += chunk.add((int) at & CHUNK_MASK, (int) chunkEnd);
            at = (number << CHUNK_BITS) + chunkEnd;
        }
        if (cardinality > before) {
            pending.add(firstOffset, endOffset);
            counts.remove(firstOffset, endOffset);
        }
    }

    /**
     * Counts a delivery that came to nothing for each offset from {@code firstOffset} up to, not including,
     * {@code endOffset}; acknowledged offsets are ignored.
     */
    public void countDeliveries(long firstOffset, long endOffset) {
        counts.increment(Math.max(firstOffset, floor), endOffset, number -> {
            Chunk chunk = chunks.get(number);
            return chunk == null ? null : chunk.bits();
        });
    }

    /** Acknowledges everything below an offset, such as the log's new start. Lower than the floor: no effect. */
    public void raiseFloor(long offset) {
        if (offset <= floor) {
            return;
        }
        floor = offset;
        var below = chunks.headMap(chunkOf(floor), false);
        below.forEach(this::forget);
        below.clear();
        clearBelowFloor();
        advanceFloor();
    }

    /** Moves the floor over what is acknowledged directly above it. */
    private void advanceFloor() {
        boolean moved = false;
        for (var chunk = chunks.get(chunkOf(floor)); chunk != null; chunk = chunks.get(chunkOf(floor))) {
            long number = chunkOf(floor);
            long absent = chunk.nextAbsent((int) floor & CHUNK_MASK);
            long next = (number << CHUNK_BITS) + absent;
            moved |= next > floor;
            floor = next;
            if (absent < CHUNK_SIZE) {
                break;
            }
            forget(number, chunk);
            chunks.remove(number);
        }
        if (moved) {
            clearBelowFloor();
        }
        counts.remove(0, floor);
    }

    private void clearBelowFloor() {
        long number = chunkOf(floor);
        var chunk = chunks.get(number);
        if (chunk == null) {
            return;
        }
        cardinality -= chunk.removeBelow((int) floor & CHUNK_MASK);
        if (chunk.isEmpty()) {
            forget(number, chunk);
            chunks.remove(number);
        }
    }

    private void forget(long number, Chunk chunk) {
        cardinality -= chunk.cardinality();
        if (chunk.isStored) {
            rowsToDelete.add(number);
        }
    }

    /** Every offset below it is acknowledged. */
    public long floor() {
        return floor;
    }

    /** Whether all offsets from {@code firstOffset} up to, not including, {@code endOffset} are acknowledged. */
    public boolean covers(long firstOffset, long endOffset) {
        for (long at = Math.max(firstOffset, floor); at < endOffset; ) {
            var chunk = chunks.get(chunkOf(at));
            if (chunk == null) {
                return false;
            }
            long absent = chunk.nextAbsent((int) at & CHUNK_MASK);
            at = (chunkOf(at) << CHUNK_BITS) + absent;
            if (absent < CHUNK_SIZE) {
                return at >= endOffset;
            }
        }
        return true;
    }

    /** Acknowledged offsets at or above the floor. */
    public long cardinalityAboveFloor() {
        return cardinality;
    }

    /** Sets how far messages were delivered, for a clean stop. */
    public void setDeliveredEnd(long offset) {
        deliveredEnd = offset;
    }

    /** The delivered end that the head row holds; 0 when none was ever stored. */
    public long storedDeliveredEnd() {
        return storedDeliveredEnd;
    }

    /** An immutable snapshot. Its cost is that of a list of the chunks; a chunk is copied when it changes next. */
    public AckSetView view() {
        long[] numbers = new long[chunks.size()];
        var bits = new ArrayList<RoaringBitmap>(numbers.length);
        chunks.forEach((number, chunk) -> {
            numbers[bits.size()] = number;
            bits.add(chunk.share());
        });
        return new AckSetSnapshot(floor, numbers, bits, cardinality, deliveredEnd, counts.copy());
    }

    /** About the memory that the chunks take. */
    long sizeInBytes() {
        return chunks.values().stream().mapToLong(Chunk::sizeInBytes).sum();
    }

    /**
     * Writes what changed since the last call; nothing when nothing did. The rows must land together with the commit
     * group whose acknowledgements they hold.
     */
    public void writeTo(CursorRows rows) {
        // Before the puts: a chunk that vanished and came back within the group is deleted, then written.
        rowsToDelete.forEach(rows::deleteChunk);
        rowsToDelete.clear();
        boolean headChanged = deliveredEnd != storedDeliveredEnd;
        if (!pending.isEmpty()) {
            headChanged |= writePending(rows);
            pending.clear();
        }
        if (headChanged || floor != storedFloor) {
            writeHead(rows);
        }
        counts.writeTo(rows);
    }

    /** Writes a delta, or the changed chunks, which the head must tell. */
    private boolean writePending(CursorRows rows) {
        long[] ranges = pending.mergedAbove(floor);
        if (ranges.length == 0 && !pending.hasOverflowed()) {
            return false;
        }
        byte[] delta = CursorCodec.encodeDelta(lastSeq + 1, floor, ranges);
        if (pending.hasOverflowed() || delta.length > MAX_DELTA_BYTES || isRewriteDue()) {
            rewriteChunks(rows);
            return true;
        }
        rows.putDelta((int) (lastSeq - headSeq), delta);
        lastSeq++;
        deltaBytes += DELTA_ROW_BYTES + delta.length;
        storedFloor = floor;
        return false;
    }

    private boolean isRewriteDue() {
        if (isOfFormerLayout || lastSeq - headSeq == MAX_DELTAS) {
            return true;
        }
        if (deltaBytes < rewriteBytes) {
            return false;
        }
        long changed = chunks.values().stream()
                .filter(chunk -> chunk.isDirty)
                .mapToLong(Chunk::sizeInBytes)
                .sum();
        // Until then it can only grow.
        rewriteBytes = Math.max(changed, MIN_REWRITE_BYTES);
        return deltaBytes >= rewriteBytes;
    }

    private void rewriteChunks(CursorRows rows) {
        chunks.forEach((number, chunk) -> {
            if (chunk.isDirty) {
                rows.putChunk(number, chunk.encode());
                chunk.isDirty = false;
                chunk.isStored = true;
            }
        });
        forgetDeltas();
    }

    /** The rows written now say all that the deltas do. */
    private void forgetDeltas() {
        headSeq = lastSeq;
        deltaBytes = 0;
        rewriteBytes = MIN_REWRITE_BYTES;
        isOfFormerLayout = false;
    }

    private void writeHead(CursorRows rows) {
        if (chunks.isEmpty()) {
            forgetDeltas(); // the floor says it all
        }
        rows.putHead(CursorCodec.encodeHead(new CursorCodec.Head(floor, headSeq, deliveredEnd)));
        storedFloor = floor;
        storedDeliveredEnd = deliveredEnd;
    }

    private static long chunkOf(long offset) {
        return offset >>> CHUNK_BITS;
    }
}
