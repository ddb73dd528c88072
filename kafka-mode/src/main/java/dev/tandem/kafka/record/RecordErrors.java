package dev.tandem.kafka.record;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.Errors;

/**
 * The records of one batch that must not be appended, each with the reason; the words are those of Kafka's LogValidator.
 * Beyond a number that is kept they are only counted: a batch may unpack to millions.
 */
final class RecordErrors {
    private static final int MOST_KEPT = 1_000;
    private static final int SHOWN = 3;

    private final List<RecordError> kept = new ArrayList<>(0);
    private long count;
    private boolean hasInvalidTimestamp;

    void addKeyless(int index, Object partition) {
        add(index, "Compacted topic cannot accept message without key in topic partition " + partition + ".");
    }

    void addTimestamp(int index, long timestamp, long earliest, long latest) {
        hasInvalidTimestamp = true;
        add(
                index,
                "Timestamp " + timestamp + " of message with offset " + index
                        + " is out of range. The timestamp should be within [" + earliest + ", " + latest + "]");
    }

    private void add(int index, String message) {
        count++;
        if (kept.size() < MOST_KEPT) {
            kept.add(new RecordError(index, message));
        }
    }

    /** Rejects the batch if any record was added. */
    void throwIfAny() {
        if (count == 0) {
            return;
        }
        if (hasInvalidTimestamp) {
            throw new RejectedBatchException(
                    Errors.INVALID_TIMESTAMP,
                    "One or more records have been rejected due to invalid timestamp",
                    List.copyOf(kept));
        }
        throw new RejectedBatchException(
                Errors.INVALID_RECORD,
                "One or more records have been rejected due to " + count
                        + " record errors in total, and only showing the first three errors at most: "
                        + kept.subList(0, Math.min(kept.size(), SHOWN)),
                List.copyOf(kept));
    }
}
