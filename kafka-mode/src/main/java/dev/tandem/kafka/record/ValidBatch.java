package dev.tandem.kafka.record;

import dev.tandem.storage.commit.Change.ProducerSequence;
import dev.tandem.storage.record.Slice;
import org.jspecify.annotations.Nullable;

/**
 * A batch that may be appended.
 *
 * @param recordCount how many records it holds, as counted
 * @param maxTimestamp the largest of their timestamps
 * @param sequence the producer's stamp, null when it is not idempotent
 * @param logAppendTimeMillis the time given to all records, -1 when they keep their own
 */
public record ValidBatch(
        Slice batch,
        int recordCount,
        long maxTimestamp,
        @Nullable ProducerSequence sequence,
        long logAppendTimeMillis) {}
