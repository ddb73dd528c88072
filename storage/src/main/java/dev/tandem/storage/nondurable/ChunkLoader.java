package dev.tandem.storage.nondurable;

import dev.tandem.storage.StorageException;
import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;
import dev.tandem.storage.schema.TransientChunk;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads chunks back on the reader pool, a few at a time: what is on its way from the disk to its owner is not in the budget
 * yet.
 */
final class ChunkLoader {
    private static final Logger LOGGER = LoggerFactory.getLogger(ChunkLoader.class);
    private static final int MAX_LOADS = 8;
    private static final long RETRY_MILLIS = 1000;

    private final RocksStore store;
    private final Executor readers;
    private final Queue<Load> waiting = new ArrayDeque<>();
    private int running;
    private volatile boolean closed;

    ChunkLoader(RocksStore store, Executor readers) {
        this.store = store;
        this.readers = readers;
    }

    /** Reads a chunk and gives it to the log, on the log's owner. Owner. */
    void load(TransientLog log, long logId, Chunk chunk, OwnedLogs owned) {
        synchronized (this) {
            waiting.add(new Load(log, logId, chunk, chunk.first(), owned.owner()));
        }
        startNext();
    }

    private void startNext() {
        Load load;
        synchronized (this) {
            if (running == MAX_LOADS || closed) {
                return;
            }
            load = waiting.poll();
            if (load == null) {
                return;
            }
            running++;
        }
        start(load);
    }

    private void start(Load load) {
        execute(readers, () -> read(load));
    }

    private void read(Load load) {
        if (load.chunk.isGone() || closed) {
            ended();
            return;
        }
        try {
            byte[] value = store.get(ColumnFamily.TRANSIENT, StorageSchema.transientKey(load.logId, load.firstOffset));
            if (value == null) {
                throw new CorruptData("it is not there");
            }
            TransientChunk content = TransientChunk.decode(value);
            execute(load.owner, () -> {
                ended();
                load.log.loaded(load.chunk, content);
            });
        } catch (CorruptData e) {
            if (closed) {
                return; // the family was emptied meanwhile
            }
            var named = new CorruptData("what non-durable log " + load.logId + " spilled at offset " + load.firstOffset
                    + " is damaged: " + e.getMessage());
            LOGGER.error("{}", named.getMessage());
            execute(load.owner, () -> {
                ended();
                load.log.damaged(load.chunk, named);
            });
        } catch (StorageException e) {
            retryLater(load, e);
        }
    }

    private void retryLater(Load load, StorageException reason) {
        if (closed) {
            return;
        }
        LOGGER.warn(
                "cannot read what non-durable log {} spilled at offset {}, will try again: {}",
                load.logId,
                load.firstOffset,
                reason.getMessage());
        CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS).execute(() -> start(load));
    }

    private void ended() {
        synchronized (this) {
            running--;
        }
        startNext();
    }

    /** An executor that takes nothing any more is being shut down, and with it all that would hear of the result. */
    private static void execute(Executor executor, Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            LOGGER.debug("a chunk is not wanted any more", e);
        }
    }

    /** Starts nothing any more. */
    void close() {
        closed = true;
    }

    private record Load(TransientLog log, long logId, Chunk chunk, long firstOffset, Executor owner) {}
}
