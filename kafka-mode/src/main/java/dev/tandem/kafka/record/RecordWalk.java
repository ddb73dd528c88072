package dev.tandem.kafka.record;

import org.apache.kafka.common.protocol.Errors;

/**
 * Walks the records of one batch once, making no object for any of them: every length lies within the record around it,
 * offset deltas count from 0, times are within the topic's bounds.
 *
 * <p>Kafka protocol, "Record": length varint, attributes i8, timestampDelta varlong, offsetDelta varint, key, value
 * (each a varint length, -1 for null, and bytes), header count varint, headers (key, value).
 */
final class RecordWalk {
    private static final long NO_TIMESTAMP = -1;

    private final RecordSource source;
    private final int count;
    private final long baseTimestamp;
    private final long earliest;
    private final long latest;
    private final boolean keyRequired;

    /**
     * A walk over {@code count} records.
     *
     * @param earliest lowest timestamp allowed
     * @param latest highest timestamp allowed
     */
    RecordWalk(RecordSource source, int count, long baseTimestamp, long earliest, long latest, boolean keyRequired) {
        this.source = source;
        this.count = count;
        this.baseTimestamp = baseTimestamp;
        this.earliest = earliest;
        this.latest = latest;
        this.keyRequired = keyRequired;
    }

    /**
     * Walks.
     *
     * @return the largest timestamp
     * @throws RejectedBatchException saying which record is wrong
     */
    long run() {
        long maxTimestamp = NO_TIMESTAMP;
        for (int i = 0; i < count; i++) {
            int length = source.readVarint();
            long start = source.position();
            source.readByte();
            long timestamp = baseTimestamp + source.readVarlong();
            int offsetDelta = source.readVarint();
            if (offsetDelta != i) {
                throw rejected(i, "has offset delta " + offsetDelta);
            }
            if (timestamp != NO_TIMESTAMP && (timestamp < earliest || timestamp > latest)) {
                throw new RejectedBatchException(
                        Errors.INVALID_TIMESTAMP,
                        "Timestamp " + timestamp + " of record " + i + " is out of range: it must be from " + earliest
                                + " to " + latest,
                        i);
            }
            maxTimestamp = Math.max(maxTimestamp, timestamp);
            boolean hasKey = skipNullable(i);
            if (keyRequired && !hasKey) {
                throw rejected(i, "has no key, but the topic is compacted");
            }
            skipNullable(i);
            skipHeaders(i);
            if (source.position() - start != length) {
                throw rejected(i, "says it has " + length + " bytes, but has " + (source.position() - start));
            }
        }
        if (!source.isAtEnd()) {
            throw new RejectedBatchException(
                    Errors.INVALID_RECORD, "the batch holds more bytes than its " + count + " records");
        }
        return maxTimestamp;
    }

    private void skipHeaders(int index) {
        int headers = source.readVarint();
        if (headers < 0) {
            throw rejected(index, "has " + headers + " headers");
        }
        for (int i = 0; i < headers; i++) {
            int keyLength = source.readVarint();
            if (keyLength < 0) {
                throw rejected(index, "has a header without a key");
            }
            source.skip(keyLength);
            skipNullable(index);
        }
    }

    /** False for null. */
    private boolean skipNullable(int index) {
        int length = source.readVarint();
        if (length < -1) {
            throw rejected(index, "has a length of " + length);
        }
        if (length > 0) {
            source.skip(length);
        }
        return length >= 0;
    }

    private static RejectedBatchException rejected(int index, String what) {
        return new RejectedBatchException(Errors.INVALID_RECORD, "Record " + index + " " + what, index);
    }
}
