package dev.tandem.storage.cursor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.storage.record.Slice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A cursor's rows in maps, with a count of the bytes written. */
final class StoredCursor implements CursorRows {
    Optional<Slice> head = Optional.empty();
    final Map<Integer, Slice> deltas = new HashMap<>();
    final TreeMap<Long, Slice> chunks = new TreeMap<>();
    final TreeMap<Long, Slice> counts = new TreeMap<>();
    /** What the last write did, in order. */
    final List<String> calls = new ArrayList<>();

    long bytesWritten;

    AckSet load(boolean cleanStop) {
        return AckSet.load(head, deltas, chunks, counts, cleanStop);
    }

    List<String> write(AckSet set) {
        calls.clear();
        set.writeTo(this);
        return List.copyOf(calls);
    }

    @Override
    public void putHead(byte[] value) {
        head = Optional.of(count("head", value));
    }

    @Override
    public void putDelta(int slot, byte[] value) {
        assertThat(slot).isBetween(0, AckSet.MAX_DELTAS - 1);
        assertThat(value).hasSizeLessThanOrEqualTo(AckSet.MAX_DELTA_BYTES);
        deltas.put(slot, count("delta", value));
    }

    @Override
    public void putChunk(long chunk, byte[] value) {
        chunks.put(chunk, count("chunk " + chunk, value));
    }

    @Override
    public void deleteChunk(long chunk) {
        calls.add("delete " + chunk);
        chunks.remove(chunk);
    }

    @Override
    public void putCounts(long chunk, byte[] value) {
        counts.put(chunk, count("counts " + chunk, value));
    }

    @Override
    public void deleteCounts(long chunk) {
        calls.add("delete counts " + chunk);
        counts.remove(chunk);
    }

    private Slice count(String call, byte[] value) {
        calls.add(call);
        bytesWritten += value.length;
        return Slice.of(value);
    }
}
