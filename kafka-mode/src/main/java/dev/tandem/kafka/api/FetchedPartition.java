package dev.tandem.kafka.api;

import dev.tandem.kafka.record.StoredRecords;
import dev.tandem.kafka.topic.Partition;
import dev.tandem.storage.StorageException;
import dev.tandem.storage.log.EpochEnd;
import dev.tandem.storage.log.Log;
import dev.tandem.storage.log.LogRead;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.record.StoredEntry;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchResponseData.EpochEndOffset;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FetchResponse;
import org.jspecify.annotations.Nullable;

/** One partition of a fetch: what is asked, and what was found so far. Used by one thread at a time. */
final class FetchedPartition {
    /** A read from the disk takes no more than this, so that it does not occupy its thread for long. */
    private static final int COLD_READ = 1 << 20;

    private final Partition partition;
    private final FetchPartition asked;
    private final IntSupplier leaderEpoch;
    private final PartitionData answer;
    private @Nullable Log log;
    private long bytes;
    private long records;
    private boolean cold;

    FetchedPartition(Partition partition, FetchPartition asked, IntSupplier leaderEpoch, PartitionData answer) {
        this.partition = partition;
        this.asked = asked;
        this.leaderEpoch = leaderEpoch;
        this.answer = answer;
    }

    Partition partition() {
        return partition;
    }

    /** The open log, null when it could not be opened. */
    @Nullable
    Log log() {
        return log;
    }

    void open(Log opened) {
        log = opened;
    }

    void fail(Errors error) {
        answer.setErrorCode(error.code()).setRecords(StoredRecords.EMPTY);
        bytes = 0;
        records = 0;
        cold = false;
    }

    boolean failed() {
        return answer.errorCode() != Errors.NONE.code();
    }

    /** Whether the client is told something that it must not wait for: an error, or that its log diverges. */
    boolean isSettled() {
        return failed() || FetchResponse.isDivergingEpoch(answer);
    }

    /** Whether the client says from which leader epoch its last record is, as replicas do (KIP-595). */
    boolean comparesEpochs() {
        return asked.lastFetchedEpoch() >= 0;
    }

    /** Finds out whether the client's log, which ends at the fetch offset, is a beginning of this one. Blocks. */
    void compareEpochs() {
        Log current = log;
        int epoch = leaderEpoch.getAsInt();
        if (current == null || asked.fetchOffset() < current.startOffset() || epochError() != Errors.NONE) {
            return; // a look finds out what is wrong
        }
        try {
            Optional<EpochEnd> end = current.endOfEpoch(asked.lastFetchedEpoch(), epoch, current.writtenEnd());
            if (end.isEmpty()) {
                fail(Errors.OFFSET_OUT_OF_RANGE);
            } else if (end.get().leaderEpoch() < asked.lastFetchedEpoch()
                    || end.get().endOffset() < asked.fetchOffset()) {
                answer.setDivergingEpoch(new EpochEndOffset()
                        .setEpoch(end.get().leaderEpoch())
                        .setEndOffset(end.get().endOffset()));
            }
        } catch (StorageException e) {
            fail(KafkaErrors.of(e));
        }
    }

    /** Bytes of records found. */
    long bytes() {
        return bytes;
    }

    /** Records found. */
    long records() {
        return records;
    }

    /** Whether there are records that only the disk has. */
    boolean isCold() {
        return cold;
    }

    long highWatermark() {
        return answer.highWatermark();
    }

    /**
     * Looks for records in memory.
     *
     * @param limit most bytes this partition may add
     * @param first whether nothing was found before it: then one batch is taken whatever its size (KIP-74)
     */
    void look(int limit, boolean first) {
        Log current = log;
        if (current == null || failed()) {
            return;
        }
        if (!current.exists()) {
            fail(Errors.UNKNOWN_TOPIC_OR_PARTITION);
            return;
        }
        long end = current.highWatermark();
        long start = current.startOffset();
        answer.setHighWatermark(end).setLastStableOffset(end).setLogStartOffset(start);
        long offset = asked.fetchOffset();
        Errors epochError = epochError();
        if (epochError != Errors.NONE) {
            fail(epochError);
        } else if (FetchResponse.isDivergingEpoch(answer)) {
            cold = false;
        } else if (offset < start || offset > Math.max(end, current.writtenEnd())) {
            fail(Errors.OFFSET_OUT_OF_RANGE);
        } else if (offset < end && (limit > 0 || first)) {
            int most = Math.min(limit, asked.partitionMaxBytes());
            Optional<LogRead> read = current.readCached(offset, end, most);
            cold = read.isEmpty();
            read.ifPresent(found -> take(found, most, first));
        }
    }

    /** Reads from the disk. Blocks. */
    void readCold(int limit, boolean first) {
        Log current = log;
        if (current == null || !cold) {
            return;
        }
        cold = false;
        try {
            int most = Math.min(COLD_READ, Math.min(limit, asked.partitionMaxBytes()));
            take(current.read(asked.fetchOffset(), answer.highWatermark(), most), most, first);
        } catch (StorageException e) {
            fail(KafkaErrors.of(e));
        }
    }

    private void take(LogRead read, int limit, boolean first) {
        var batches = new ArrayList<Slice>(read.entries().size());
        long size = 0;
        long count = 0;
        for (StoredEntry entry : read.entries()) {
            Slice slice = entry.batches();
            if (size + slice.length() > limit && !(first && batches.isEmpty())) {
                break;
            }
            batches.add(slice);
            size += slice.length();
            count += entry.recordCount();
        }
        bytes = size;
        records = count;
        answer.setRecords(batches.isEmpty() ? StoredRecords.EMPTY : new StoredRecords(batches));
    }

    private Errors epochError() {
        return LeaderEpochs.check(Math.max(-1, asked.currentLeaderEpoch()), leaderEpoch.getAsInt());
    }
}
