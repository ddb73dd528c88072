package dev.tandem.kafka.record;

/**
 * Why one record of a batch is refused.
 *
 * @param index counted from 0 in its batch
 * @param message what the producer is told
 */
public record RecordError(int index, String message) {
    @Override
    public String toString() {
        return "RecordError(batchIndex=" + index + ", message='" + message + "')";
    }
}
