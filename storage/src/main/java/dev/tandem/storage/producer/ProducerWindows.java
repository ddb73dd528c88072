package dev.tandem.storage.producer;

import dev.tandem.storage.log.LogState;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.rocksdb.BatchBuilder;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;
import java.util.ArrayList;
import java.util.List;

/** Loads the windows of logs' producers when they are first used, and writes their rows. Commit thread, but for lists. */
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

    /** The producers of a log, as of the last written group, in the order of their ids. Reader pool. */
    public List<ActiveProducer> list(long logId) {
        var producers = new ArrayList<ActiveProducer>();
        visit(StorageSchema.logPrefix(logId), StorageSchema.logPrefix(logId + 1), (log, producer) -> {
            producers.add(producer);
            return true;
        });
        return producers;
    }

    /** Shows the producers of all logs, from a log's producer on, until the visitor returns false. Blocks for as long. */
    public void visitFrom(long logId, long producerId, ProducerVisitor visitor) {
        visit(StorageSchema.producerKey(logId, producerId), StorageSchema.logPrefix(Long.MAX_VALUE), visitor);
    }

    private void visit(byte[] from, byte[] to, ProducerVisitor visitor) {
        store.scan(ColumnFamily.PRODUCERS, from, to, (key, value) -> {
            ProducerWindow window = ProducerWindow.decode(Slice.of(value));
            return visitor.visit(
                    StorageSchema.logIdOf(key),
                    new ActiveProducer(
                            StorageSchema.producerIdOf(key),
                            window.epoch(),
                            window.lastSequence(),
                            window.lastTimestampMillis()));
        });
    }

    /** Sees a log's producer; returns false to end the visit. */
    @FunctionalInterface
    public interface ProducerVisitor {
        boolean visit(long logId, ActiveProducer producer);
    }

    /** Adds the row of a window. */
    public static void write(long logId, long producerId, ProducerWindow window, BatchBuilder rows) {
        rows.put(ColumnFamily.PRODUCERS, StorageSchema.producerKey(logId, producerId), window.encode());
    }
}
