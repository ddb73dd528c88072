package dev.tandem.storage.commit;

import dev.tandem.storage.body.SharedBodies;
import dev.tandem.storage.catalog.MemoryCatalog;
import dev.tandem.storage.cursor.AckSets;
import dev.tandem.storage.group.GroupRows;
import dev.tandem.storage.log.LogTable;
import dev.tandem.storage.producer.ProducerWindows;
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
        AtomicLong nextProducerId) {}
