package dev.tandem.storage.record;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One record that a Kafka client wrote, in memory of its own.
 *
 * @param timestampMillis negative for none
 */
public record UnpackedRecord(
        long offset,
        long timestampMillis,
        @Nullable Slice key,
        @Nullable Slice value,
        List<Header> headers) {
    public UnpackedRecord {
        headers = List.copyOf(headers);
    }

    /** A header; names may repeat. */
    public record Header(String name, @Nullable Slice value) {}
}
