package dev.tandem.storage.nondurable;

import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Makes the engine's non-durable logs, over one memory budget and one place to spill to. Safe for use from any thread. */
public final class TransientLogs implements AutoCloseable {
    private static final int MAX_CHUNK_BYTES = 1 << 20;
    /** So that a small budget is many chunks too. */
    private static final int CHUNKS_PER_BUDGET = 128;

    private static final int MIN_CHUNK_BYTES = 1 << 10;

    private final int chunkBytes;
    private final Spiller spiller;
    private final ChunkLoader loader;
    private final Map<Executor, OwnedLogs> byOwner = new ConcurrentHashMap<>();
    private final AtomicLong nextId = new AtomicLong();
    private final AtomicLong count = new AtomicLong();

    private TransientLogs(RocksStore store, Executor readers, long budgetBytes, Consumer<String> onFailure) {
        this.chunkBytes = (int) Math.max(MIN_CHUNK_BYTES, Math.min(MAX_CHUNK_BYTES, budgetBytes / CHUNKS_PER_BUDGET));
        this.spiller = new Spiller(store, byOwner.values(), budgetBytes, onFailure);
        this.loader = new ChunkLoader(store, readers);
    }

    /**
     * Empties the family that takes what is spilled, of which a start that was not stopped cleanly may have left something,
     * and starts the thread that writes to it. May touch RocksDB.
     *
     * @param readers reads chunks back
     * @param budgetBytes heap for the messages of all logs together
     * @param onFailure hears, on any thread, why the disk took no chunks
     */
    public static TransientLogs open(RocksStore store, Executor readers, long budgetBytes, Consumer<String> onFailure) {
        if (!store.isEmpty(ColumnFamily.TRANSIENT)) {
            store.empty(ColumnFamily.TRANSIENT);
        }
        var logs = new TransientLogs(store, readers, budgetBytes, onFailure);
        logs.spiller.start();
        return logs;
    }

    /**
     * An empty log. Takes no lock and writes nothing.
     *
     * @param owner runs what concerns the log, one task after another
     * @param wake called on the owner when a message that was not in memory has been read back
     */
    public TransientLog create(Executor owner, Runnable wake) {
        count.incrementAndGet();
        OwnedLogs owned = byOwner.get(owner);
        if (owned == null) {
            owned = byOwner.computeIfAbsent(owner, OwnedLogs::new);
        }
        return new TransientLog(nextId.getAndIncrement(), this, owned, wake);
    }

    public MemoryBudget budget() {
        return spiller.budget();
    }

    /** How many logs there are. */
    public long count() {
        return count.get();
    }

    /** Bytes on disk of messages that are held. */
    public long spilledBytes() {
        return spiller.storedBytes();
    }

    /** Chunks on disk that hold messages. */
    public long spilledChunks() {
        return spiller.storedChunks();
    }

    int chunkBytes() {
        return chunkBytes;
    }

    Spiller spiller() {
        return spiller;
    }

    ChunkLoader loader() {
        return loader;
    }

    void deleted() {
        count.decrementAndGet();
    }

    /** Writes and reads no more, and leaves nothing on the disk. Logs may be used on, in memory. */
    @Override
    public void close() {
        loader.close();
        spiller.close();
    }
}
