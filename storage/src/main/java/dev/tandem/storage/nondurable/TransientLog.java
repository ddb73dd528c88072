package dev.tandem.storage.nondurable;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.record.MessageRecord;
import dev.tandem.storage.record.MessageView;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.schema.TransientChunk;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A log that ends with the engine: messages of one queue, by offset, from which each is dropped when it is acknowledged.
 * Used on its owner's thread only, unless a method says otherwise.
 *
 * <p>Messages lie in chunks. All but the one that takes appends may be on disk instead of in memory, whether they wait to
 * be delivered or were and wait to be acknowledged; each is in one place or the other as a whole. A chunk that comes back
 * for a reader keeps its copy on the disk until its last message is acknowledged, so that it can leave again at no cost:
 * it does as soon as the reader has moved on.
 */
public final class TransientLog {
    private final long id;
    private final TransientLogs logs;
    private final OwnedLogs owned;
    private final Runnable wake;
    private final List<Chunk> chunks = new ArrayList<>(0);
    private long end;
    private long lastRead = -1;
    private long spillableBytes;
    private volatile long sizeInBytes;
    private boolean deleted;
    /** What the reader asked for; it stays until the reader has had a turn. */
    private @Nullable Chunk awaited;

    // Places in the owner's lists.
    int list = -1;

    @Nullable
    TransientLog previous;

    @Nullable
    TransientLog next;

    TransientLog(long id, TransientLogs logs, OwnedLogs owned, Runnable wake) {
        this.id = id;
        this.logs = logs;
        this.owned = owned;
        this.wake = wake;
    }

    /** One past the last message; offsets begin with 0. */
    public long end() {
        return end;
    }

    /** Bytes of the messages that are held, in memory or on disk; any thread. */
    public long sizeInBytes() {
        return sizeInBytes;
    }

    /**
     * Appends a message.
     *
     * @param record as {@link MessageRecord} encodes it; {@link MemoryBudget#take(Slice)} has counted it in
     */
    public void append(Slice record) {
        Chunk tail = chunks.isEmpty() ? null : chunks.get(chunks.size() - 1);
        if (tail == null || tail.isClosed()) {
            tail = new Chunk(end);
            chunks.add(tail);
        }
        long tableBytes = tail.append(record, logs.chunkBytes());
        end++;
        if (tableBytes > 0) {
            logs.budget().take(tableBytes);
        }
        addSize(record.length());
        addSpillable((long) record.length() + MemoryBudget.MESSAGE_BYTES + tableBytes);
    }

    /**
     * The message at an offset that is held, or null while it is read from the disk: the log calls {@code wake} then. Null
     * for good where the disk has damaged it, see {@link #damageAt}.
     *
     * @throws IllegalStateException when the message was acknowledged, or never was
     */
    public @Nullable MessageView read(long offset) {
        int index = indexOf(offset);
        if (index < 0) {
            throw new IllegalStateException(
                    "offset " + offset + " is not held by log " + id + ", which ends at " + end);
        }
        Chunk chunk = chunks.get(index);
        if (!chunk.holds(lastRead)) {
            moveReader(chunk, index);
        }
        lastRead = offset;
        if (!chunk.isInHeap()) {
            if (chunk.damage() == null) {
                awaited = chunk;
                load(chunk);
            }
            return null;
        }
        return MessageView.read(chunk.record(offset), offset, 0);
    }

    /** Why the message at an offset that is held cannot be read any more, null when it can. */
    public @Nullable CorruptData damageAt(long offset) {
        int index = indexOf(offset);
        return index < 0 ? null : chunks.get(index).damage();
    }

    /** The reader comes to a chunk: the next one is fetched, one it has left behind goes. */
    private void moveReader(Chunk chunk, int index) {
        awaited = null;
        int left = indexOf(lastRead);
        if (left >= 0 && left < index) {
            hide(chunks.get(left));
        }
        if (index + 1 < chunks.size() && !logs.budget().isPressed()) {
            Chunk following = chunks.get(index + 1);
            if (!following.isInHeap()) {
                load(following);
            }
        }
    }

    /** The reader has had a turn with what it asked for. */
    public void endTurn() {
        Chunk chunk = awaited;
        if (chunk != null && chunk.isInHeap()) {
            awaited = null;
        }
    }

    /** Nobody reads for the time being: what was read back goes. */
    public void idle() {
        awaited = null;
        for (Chunk chunk : chunks) {
            hide(chunk);
        }
    }

    /** Acknowledges a message; one that was acknowledged already is no error. */
    public void acknowledge(long offset) {
        int index = indexOf(offset);
        if (index >= 0) {
            acknowledge(chunks.get(index), offset);
            if (chunks.get(index).isEmpty()) {
                dropEmpty(index);
            }
        }
    }

    private void acknowledge(Chunk chunk, long offset) {
        boolean isTable = chunk.isTable();
        int size = chunk.free(offset);
        if (size == Chunk.ALREADY_FREE || size == Chunk.UNKNOWN_SIZE) {
            return;
        }
        addSize(-size);
        if (isTable) {
            long bytes = (long) size + MemoryBudget.MESSAGE_BYTES;
            logs.budget().release(bytes);
            if (!chunk.isLeaving()) {
                addSpillable(-bytes);
            }
        }
    }

    private void dropEmpty(int index) {
        Chunk chunk = chunks.get(index);
        if (chunk.restart(end)) {
            return;
        }
        chunks.remove(index);
        drop(chunk);
        if (chunk.isMaybeStored()) {
            logs.spiller()
                    .forget(
                            new Forgotten(id, chunk.first(), chunk.first() + 1),
                            chunk.isStored() ? 1 : 0,
                            chunk.storedBytes());
        }
    }

    /** Acknowledges all messages from an offset on. */
    public void acknowledgeFrom(long offset) {
        long lowest = end;
        int storedChunks = 0;
        long storedBytes = 0;
        while (!chunks.isEmpty()) {
            int last = chunks.size() - 1;
            Chunk chunk = chunks.get(last);
            if (chunk.first() < offset) {
                for (long at = offset; at < chunk.end(); at++) {
                    acknowledge(chunk, at);
                }
                if (chunk.isEmpty()) {
                    dropEmpty(last);
                }
                break;
            }
            chunks.remove(last);
            drop(chunk);
            if (chunk.isMaybeStored()) {
                lowest = chunk.first();
                storedChunks += chunk.isStored() ? 1 : 0;
                storedBytes += chunk.storedBytes();
            }
        }
        if (lowest < end) {
            logs.spiller().forget(new Forgotten(id, lowest, end), storedChunks, storedBytes);
        }
    }

    /** Drops all messages, unacknowledged ones too: the log is not used any more. */
    public void delete() {
        acknowledgeFrom(0);
        if (!deleted) {
            deleted = true;
            logs.deleted();
        }
    }

    // ---- what leaves memory, and comes back

    /**
     * Lets memory go, the end of the log first: at once what the disk has, what it has not is handed to the spiller.
     *
     * @param sparesReader keeps the chunk that is being read or will be next, and a last one that has hardly begun
     * @return how many bytes are free, or will be when they are written
     */
    long giveUp(long wantedBytes, boolean sparesReader) {
        long given = 0;
        for (int i = chunks.size() - 1; i >= 0 && given < wantedBytes; i--) {
            Chunk chunk = chunks.get(i);
            if (chunk == awaited || chunk.isLeaving() || !chunk.isInHeap() || chunk.isEmpty()) {
                continue;
            }
            if (sparesReader && (isNearReader(chunk) || !isWorthAChunk(chunk))) {
                continue;
            }
            given += chunk.heapBytes();
            if (chunk.isStored()) {
                hide(chunk);
            } else {
                leave(chunk);
            }
        }
        return given;
    }

    private boolean isNearReader(Chunk chunk) {
        return chunk.holds(lastRead) || chunk.holds(lastRead + 1);
    }

    private boolean isWorthAChunk(Chunk chunk) {
        return chunk.isClosed() || chunk.heapBytes() >= logs.chunkBytes() / 4;
    }

    private void leave(Chunk chunk) {
        long bytes = chunk.heapBytes();
        @Nullable Slice[] records = chunk.leave();
        addSpillable(-bytes);
        logs.spiller()
                .write(new SpillWrite(
                        this, chunk, owned, id, chunk.first(), records, TransientChunk.size(records), bytes));
    }

    /** A chunk is on the disk. */
    void written(Chunk chunk, long bytesOnDisk) {
        logs.budget().release(chunk.spilled(bytesOnDisk));
    }

    /** A chunk could not be written. */
    void notWritten(Chunk chunk) {
        chunk.stay();
        addSpillable(chunk.heapBytes());
    }

    private void load(Chunk chunk) {
        if (!chunk.isLoading() && chunk.damage() == null) {
            chunk.loading(true);
            logs.loader().load(this, id, chunk, owned);
        }
    }

    /** A chunk was read back. */
    void loaded(Chunk chunk, TransientChunk content) {
        chunk.loading(false);
        if (chunk.isGone()) {
            return;
        }
        chunk.show(content);
        logs.budget().take(chunk.heapBytes());
        addSpillable(chunk.heapBytes());
        if (chunk == awaited) {
            wake.run();
        }
    }

    /** A chunk cannot be read back. */
    void damaged(Chunk chunk, CorruptData reason) {
        chunk.loading(false);
        chunk.damage(reason);
        if (chunk == awaited) {
            awaited = null;
            wake.run();
        }
    }

    private void hide(Chunk chunk) {
        if (chunk.isStored() && chunk.isInHeap()) {
            long bytes = chunk.hide();
            logs.budget().release(bytes);
            addSpillable(-bytes);
        }
    }

    /** A chunk is not among the log's any more. */
    private void drop(Chunk chunk) {
        if (chunk == awaited) {
            awaited = null;
        }
        chunk.markGone();
        logs.budget().release(chunk.heapBytes());
        addSize(-chunk.liveBytes());
        if (!chunk.isLeaving()) {
            addSpillable(-chunk.heapBytes());
        }
    }

    /** Where the chunk is that holds an offset; negative when there is none. */
    private int indexOf(long offset) {
        int low = 0;
        int high = chunks.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Chunk chunk = chunks.get(middle);
            if (offset < chunk.first()) {
                high = middle - 1;
            } else if (offset >= chunk.end()) {
                low = middle + 1;
            } else {
                return middle;
            }
        }
        return -1;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written by the owner alone
    private void addSize(long bytes) {
        sizeInBytes += bytes;
    }

    private void addSpillable(long bytes) {
        spillableBytes += bytes;
        owned.resized(this, spillableBytes);
    }
}
