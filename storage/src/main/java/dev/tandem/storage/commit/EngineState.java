package dev.tandem.storage.commit;

import dev.tandem.storage.body.SharedBodies;
import dev.tandem.storage.catalog.CatalogRows;
import dev.tandem.storage.catalog.MemoryCatalog;
import dev.tandem.storage.cursor.AckSets;
import dev.tandem.storage.group.GroupRows;
import dev.tandem.storage.log.LogTable;
import dev.tandem.storage.producer.ProducerWindows;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.StorageSchema;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What applying a commit reads and changes.
 *
 * @param nextLogId lowest log id never handed out
 * @param nextProducerId lowest producer id never handed out
 */
public record EngineState(
        LogTable logs,
        AckSets ackSets,
        ProducerWindows producers,
        GroupRows groups,
        MemoryCatalog catalog,
        SharedBodies bodies,
        AtomicLong nextLogId,
        AtomicLong nextProducerId) {

    /**
     * Brings memory to what is stored: ack sets, producers' windows and group rows are read again when they are next used.
     * Commit thread.
     *
     * @param exchange opens the database anew
     */
    void reload(RocksStore store, Runnable exchange) {
        logs.reload(exchange);
        CatalogRows.reload(store, catalog);
        bodies.reload(store);
        // Ids that were handed out are not handed out again, whether or not a commit with them came to be.
        nextLogId.accumulateAndGet(store.readU64(StorageSchema.NEXT_LOG_ID, 1), Math::max);
        nextProducerId.accumulateAndGet(store.readU64(StorageSchema.NEXT_PRODUCER_ID, 1), Math::max);
    }
}
