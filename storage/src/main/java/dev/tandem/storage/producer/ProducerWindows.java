package dev.tandem.storage.producer;

import dev.tandem.storage.log.LogState;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.rocksdb.BatchBuilder;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;

/** Loads the windows of logs' producers when they are first used, and writes their rows. Commit thread. */
public final class ProducerWindows {
    private final RocksStore store;

    public ProducerWindows(RocksStore store) {
        this.store = store;
    }

    /** A producer's window in a log; a fresh one for a producer never seen. */
    public ProducerWindow of(LogState log, long producerId) {
        return log.producers().computeIfAbsent(producerId, id -> {
            byte[] value = store.get(ColumnFamily.PRODUCERS, StorageSchema.producerKey(log.id(), id));
            return value == null ? new ProducerWindow() : ProducerWindow.decode(Slice.of(value));
        });
    }

    /** Adds the row of a window. */
    public static void write(long logId, long producerId, ProducerWindow window, BatchBuilder rows) {
        rows.put(ColumnFamily.PRODUCERS, StorageSchema.producerKey(logId, producerId), window.encode());
    }
}
