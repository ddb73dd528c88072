package dev.tandem.kafka.group;

import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.group.GroupPartition;
import dev.tandem.storage.record.Slice;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.coordinator.common.runtime.CoordinatorLoader;
import org.apache.kafka.coordinator.common.runtime.CoordinatorPlayback;
import org.apache.kafka.coordinator.common.runtime.CoordinatorRecord;
import org.apache.kafka.coordinator.common.runtime.Deserializer;
import org.apache.kafka.coordinator.group.GroupCoordinatorRecordSerde;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads a coordinator partition from storage: the committed values in key order, then the pending ones in the order in
 * which they were written, each under the offset it was written with. Without those offsets an aborted transaction's
 * offsets could come back.
 */
final class StorageCoordinatorLoader implements CoordinatorLoader<CoordinatorRecord> {
    private static final Logger LOGGER = LoggerFactory.getLogger(StorageCoordinatorLoader.class);

    private final StorageEngine engine;
    private final StoragePartitionWriter writer;
    private final Time time;
    private final GroupCoordinatorRecordSerde serde = new GroupCoordinatorRecordSerde();

    StorageCoordinatorLoader(StorageEngine engine, StoragePartitionWriter writer, Time time) {
        this.engine = engine;
        this.writer = writer;
        this.time = time;
    }

    @Override
    public CompletableFuture<LoadSummary> load(
            TopicPartition topicPartition, CoordinatorPlayback<CoordinatorRecord> coordinator) {
        int partition = topicPartition.partition();
        long startMs = time.milliseconds();
        return writer.close(partition)
                .thenCompose(drained -> engine.groupPartition(partition))
                .thenApplyAsync(stored -> replay(partition, stored, coordinator, startMs), engine.readers());
    }

    private LoadSummary replay(
            int partition, GroupPartition stored, CoordinatorPlayback<CoordinatorRecord> coordinator, long startMs) {
        long replayMs = time.milliseconds();
        long bytes = 0;
        for (var committed : stored.committed()) {
            bytes += committed.key().length() + committed.value().length();
            replay(
                    coordinator,
                    committed.recordOffset(),
                    RecordBatch.NO_PRODUCER_ID,
                    RecordBatch.NO_PRODUCER_EPOCH,
                    committed.key(),
                    committed.value());
        }
        for (var pending : stored.pending()) {
            var value = pending.record().value();
            bytes += pending.record().key().length() + (value == null ? 0 : value.length());
            replay(
                    coordinator,
                    pending.recordOffset(),
                    pending.producerId(),
                    pending.producerEpoch(),
                    pending.record().key(),
                    value);
        }
        if (stored.nextOffset() > 0) {
            coordinator.updateLastWrittenOffset(stored.nextOffset());
            coordinator.updateLastCommittedOffset(stored.nextOffset());
        }
        writer.reopen(partition, stored.nextOffset());
        int records = stored.committed().size() + stored.pending().size();
        return new LoadSummary(startMs, time.milliseconds(), replayMs - startMs, records, bytes);
    }

    private void replay(
            CoordinatorPlayback<CoordinatorRecord> coordinator,
            long offset,
            long producerId,
            short producerEpoch,
            Slice key,
            @Nullable Slice value) {
        CoordinatorRecord record;
        try {
            record = serde.deserialize(key.toByteBuffer(), value == null ? null : value.toByteBuffer());
        } catch (Deserializer.UnknownRecordTypeException e) {
            LOGGER.warn(
                    "Group coordinator record of unknown type {} ignored: a newer version wrote it", e.unknownType());
            return;
        }
        coordinator.replay(offset, producerId, producerEpoch, record);
    }

    @Override
    public void close() {
        // The engine owns what is read from.
    }
}
