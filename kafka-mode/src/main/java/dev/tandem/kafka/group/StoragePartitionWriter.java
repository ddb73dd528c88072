package dev.tandem.kafka.group;

import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.alarm.StorageAlarm;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.CommitResult;
import dev.tandem.storage.commit.Durability;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.coordinator.common.runtime.PartitionWriter;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.VerificationGuard;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the coordinator's appends into commits.
 *
 * <p>{@code append} only enqueues: the coordinator goes on with the next event, and answers its clients when the synced
 * watermark arrives as a high watermark. A commit that is refused afterwards leaves the state in memory ahead of
 * storage; then the partition takes no more appends, {@code onFailure} makes the coordinator drop and load it again,
 * and {@link #reopen} starts it anew once the results of all its commits are in.
 */
final class StoragePartitionWriter implements PartitionWriter {
    private static final Logger LOGGER = LoggerFactory.getLogger(StoragePartitionWriter.class);

    private final StorageEngine engine;
    private final Executor results;
    private final IntConsumer onFailure;
    private final Partition[] partitions;
    private final LogConfig config = new LogConfig(Map.of());

    /**
     * Makes a writer.
     *
     * @param results one thread on which results of commits are heard, in order
     * @param onFailure told the partition that has to be loaded again
     */
    StoragePartitionWriter(StorageEngine engine, int partitions, Executor results, IntConsumer onFailure) {
        this.engine = engine;
        this.results = results;
        this.onFailure = onFailure;
        this.partitions =
                IntStream.range(0, partitions).mapToObj(Partition::new).toArray(Partition[]::new);
    }

    /** Completes when no commit of the partition is under way any more; nothing may append until {@link #reopen}. */
    CompletableFuture<Void> close(int partition) {
        return partitions[partition].close();
    }

    /** Lets the partition append again, from an offset on. */
    void reopen(int partition, long nextOffset) {
        partitions[partition].reopen(nextOffset);
    }

    @Override
    public void registerListener(TopicPartition partition, Listener listener) {
        partitions[partition.partition()].setListener(listener);
    }

    @Override
    public void deregisterListener(TopicPartition partition, Listener listener) {
        partitions[partition.partition()].removeListener(listener);
    }

    @Override
    public LogConfig config(TopicPartition partition) {
        return config;
    }

    @Override
    public long append(TopicPartition partition, VerificationGuard guard, MemoryRecords records, short version) {
        return partitions[partition.partition()].append(records);
    }

    /** Nothing to verify: the transaction's partitions are known in this process. */
    @Override
    public CompletableFuture<VerificationGuard> maybeStartTransactionVerification(
            TopicPartition partition, String transactionalId, long producerId, short producerEpoch, int version) {
        return CompletableFuture.completedFuture(VerificationGuard.SENTINEL);
    }

    /** Nothing to delete: storage keeps the newest value per key only. */
    @Override
    public CompletableFuture<Void> deleteRecords(TopicPartition partition, long beforeOffset) {
        return CompletableFuture.completedFuture(null);
    }

    /** One coordinator partition; its fields are guarded by its monitor. */
    private final class Partition {
        private final int number;
        private long nextOffset;
        private int underWay;
        private boolean open;
        private @Nullable Listener listener;
        private CompletableFuture<Void> drained = CompletableFuture.completedFuture(null);

        Partition(int number) {
            this.number = number;
        }

        synchronized void setListener(Listener newListener) {
            listener = newListener;
        }

        synchronized void removeListener(Listener oldListener) {
            if (oldListener.equals(listener)) {
                listener = null;
            }
        }

        synchronized CompletableFuture<Void> close() {
            open = false;
            return drained;
        }

        synchronized void reopen(long offset) {
            nextOffset = offset;
            open = true;
        }

        synchronized long append(MemoryRecords records) {
            if (!open) {
                throw Errors.NOT_COORDINATOR.exception("Coordinator partition " + number + " is not loaded");
            }
            refuseWhileNothingIsStored();
            var batches = GroupRecordBatches.copyOf(number, nextOffset, records);
            nextOffset = batches.nextOffset();
            if (underWay++ == 0) {
                drained = new CompletableFuture<>();
            }
            engine.submit(new Commit(
                    batches.changes(), Durability.SYNCED, results, result -> onResult(batches.nextOffset(), result)));
            return batches.nextOffset();
        }

        /** Before anything is assigned: so the coordinator takes its event back, and the partition stays loaded. */
        private void refuseWhileNothingIsStored() {
            engine.alarm()
                    .filter(alarm -> alarm.kind() == StorageAlarm.Kind.WRITE_FAILED)
                    .ifPresent(alarm -> {
                        throw Errors.KAFKA_STORAGE_ERROR.exception(alarm.reason());
                    });
        }

        private void onResult(long endOffset, CommitResult result) {
            boolean failed = false;
            Listener listening = null;
            CompletableFuture<Void> nowDrained = null;
            var topicPartition = new TopicPartition(GroupCoordinatorAdapter.OFFSETS_TOPIC, number);
            synchronized (this) {
                if (--underWay == 0) {
                    nowDrained = drained;
                }
                if (open) {
                    if (result.isApplied()) {
                        listening = listener;
                    } else {
                        open = false;
                        failed = true;
                    }
                }
            }
            if (listening != null) {
                listening.onHighWatermarkUpdated(topicPartition, endOffset);
            }
            if (nowDrained != null) {
                nowDrained.complete(null);
            }
            if (failed) {
                LOGGER.error(
                        "A write of group coordinator partition {} failed; the partition is loaded again",
                        number,
                        result.error());
                onFailure.accept(number);
            }
        }
    }
}
