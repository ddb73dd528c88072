package dev.tandem.storage.nondurable;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.schema.TransientChunk;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Consecutive messages of a log, which leave memory and come back together. Used on the log's owner, but for
 * {@link #isGone}.
 *
 * <p>It holds them as they were appended, in a table; once it was written to disk the table goes, and a copy read back
 * takes its place for as long as somebody reads. What was acknowledged is told by the table's gaps, later by a set.
 */
final class Chunk {
    /** {@link #free} did nothing: the message had been acknowledged before. */
    static final int ALREADY_FREE = -1;
    /** {@link #free} did it, but the message's size is known to the disk only. */
    static final int UNKNOWN_SIZE = -2;

    private static final int MAX_RECORDS = 8192;
    private static final int MIN_SLOTS = 8;
    private static final int SLOT_BYTES = 8;
    private static final @Nullable Slice[] NO_TABLE = {};

    private @Nullable Slice[] table = new @Nullable Slice[MIN_SLOTS];
    private @Nullable TransientChunk readBack;
    private @Nullable BitSet freed;
    private long first;
    private int count;
    private int live;
    private long liveBytes;
    private long heapBytes;
    private boolean closed;
    private boolean leaving;
    private long storedBytes;
    private boolean maybeStored;
    private boolean loading;
    private @Nullable CorruptData damage;
    private volatile boolean gone;

    Chunk(long first) {
        this.first = first;
    }

    long first() {
        return first;
    }

    long end() {
        return first + count;
    }

    boolean holds(long offset) {
        return offset >= first && offset < end();
    }

    /** True when every message was acknowledged. */
    boolean isEmpty() {
        return live == 0;
    }

    /** Bytes of messages that are not acknowledged, or were so while only the disk knew their size. */
    long liveBytes() {
        return liveBytes;
    }

    /** What it takes of the memory budget. */
    long heapBytes() {
        return heapBytes;
    }

    boolean isInHeap() {
        return table.length > 0 || readBack != null;
    }

    /** Takes no more messages. */
    boolean isClosed() {
        return closed;
    }

    /** It is being written. */
    boolean isLeaving() {
        return leaving;
    }

    /** The disk has it: what is in memory may be dropped. */
    boolean isStored() {
        return storedBytes > 0;
    }

    /** What it takes on the disk. */
    long storedBytes() {
        return storedBytes;
    }

    /** The disk may have something of it. */
    boolean isMaybeStored() {
        return maybeStored;
    }

    boolean isLoading() {
        return loading;
    }

    void loading(boolean isLoading) {
        loading = isLoading;
    }

    /** Why it cannot be read back, null when it can. */
    @Nullable
    CorruptData damage() {
        return damage;
    }

    void damage(CorruptData reason) {
        damage = reason;
    }

    /** The log has dropped it; any thread. */
    boolean isGone() {
        return gone;
    }

    void markGone() {
        gone = true;
    }

    /**
     * Adds a message and closes the chunk when it is large enough.
     *
     * @return by how many bytes the table grew
     */
    long append(Slice record, int maxBytes) {
        long growth = 0;
        if (count == table.length) {
            growth = (long) table.length * SLOT_BYTES + (table.length == MIN_SLOTS ? (long) MIN_SLOTS * SLOT_BYTES : 0);
            table = Arrays.copyOf(table, table.length * 2);
        }
        table[count++] = record;
        live++;
        liveBytes += record.length();
        heapBytes += growth + record.length() + MemoryBudget.MESSAGE_BYTES;
        closed = count == MAX_RECORDS || heapBytes >= maxBytes;
        return growth;
    }

    /** Begins anew behind its end, so that a log that is never long makes no garbage; false when it cannot. */
    boolean restart(long offset) {
        if (closed || table.length > MIN_SLOTS) {
            return false;
        }
        first = offset;
        count = 0;
        return true;
    }

    /** A message that is in memory and not acknowledged. */
    Slice record(long offset) {
        int index = (int) (offset - first);
        Slice record = readBack != null ? readBack.record(index) : table[index];
        if (record == null || (freed != null && freed.get(index))) {
            throw new IllegalStateException("the message at offset " + offset + " was acknowledged");
        }
        return record;
    }

    /** Acknowledges a message: its size, or one of the constants. */
    int free(long offset) {
        int index = (int) (offset - first);
        if (table.length > 0) {
            Slice record = table[index];
            if (record == null) {
                return ALREADY_FREE;
            }
            table[index] = null;
            live--;
            liveBytes -= record.length();
            heapBytes -= record.length() + MemoryBudget.MESSAGE_BYTES;
            return record.length();
        }
        BitSet set = freed;
        if (set == null) {
            set = new BitSet(count);
            freed = set;
        }
        if (set.get(index)) {
            return ALREADY_FREE;
        }
        set.set(index);
        live--;
        if (readBack == null) {
            return UNKNOWN_SIZE;
        }
        int size = readBack.record(index).length();
        liveBytes -= size;
        return size;
    }

    /** True when acknowledging a message gives memory back at once. */
    boolean isTable() {
        return table.length > 0;
    }

    /** Closes it and copies the table, to be written. */
    @Nullable
    Slice[] leave() {
        closed = true;
        leaving = true;
        maybeStored = true;
        return Arrays.copyOf(table, count);
    }

    /** It was not written, and stays. */
    void stay() {
        leaving = false;
    }

    /** It was written: drops the table; the result is how many bytes that gave back. */
    long spilled(long bytesOnDisk) {
        leaving = false;
        storedBytes = bytesOnDisk;
        if (live < count) {
            freed = new BitSet(count);
            for (int i = 0; i < count; i++) {
                if (table[i] == null) {
                    freed.set(i);
                }
            }
        }
        table = NO_TABLE;
        return takeHeapBytes();
    }

    /** Takes the copy that was read back. */
    void show(TransientChunk content) {
        readBack = content;
        heapBytes = content.sizeInBytes();
    }

    /** Drops the copy that was read back; the result is how many bytes that gave back. */
    long hide() {
        readBack = null;
        return takeHeapBytes();
    }

    private long takeHeapBytes() {
        long bytes = heapBytes;
        heapBytes = 0;
        return bytes;
    }
}
