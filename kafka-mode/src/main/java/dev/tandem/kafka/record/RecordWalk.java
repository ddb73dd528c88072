package dev.tandem.kafka.record;

import dev.tandem.kafka.topic.TopicSettings;
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
    private final TopicSettings topic;
    private final Object partition;
    private final long now;
    private final int mostRecordBytes;
    private final RecordErrors errors = new RecordErrors();

    /**
     * A walk over {@code count} records.
     *
     * @param topic says what records must be like
     * @param partition how the partition is called in messages
     * @param mostRecordBytes size of the largest record allowed
     */
    RecordWalk(
            RecordSource source,
            int count,
            long baseTimestamp,
            TopicSettings topic,
            Object partition,
            long now,
            int mostRecordBytes) {
        this.source = source;
        this.count = count;
        this.baseTimestamp = baseTimestamp;
        this.topic = topic;
        this.partition = partition;
        this.now = now;
        this.mostRecordBytes = mostRecordBytes;
    }

    /**
     * Walks.
     *
     * @return the largest timestamp
     * @throws RejectedBatchException saying which records are wrong
     */
    long run() {
        long maxTimestamp = NO_TIMESTAMP;
        for (int i = 0; i < count; i++) {
            int length = source.readVarint();
            if (length > mostRecordBytes) {
                throw rejected(i, "has " + length + " bytes, but max.decompressed.message.bytes is " + mostRecordBytes);
            }
            long start = source.position();
            source.readByte();
            long timestamp = baseTimestamp + source.readVarlong();
            int offsetDelta = source.readVarint();
            if (offsetDelta != i) {
                throw rejected(i, "has offset delta " + offsetDelta);
            }
            maxTimestamp = Math.max(maxTimestamp, timestamp);
            boolean hasKey = skipNullable(i);
            if (topic.compacted() && !hasKey) {
                errors.addKeyless(i, partition);
            } else if (isOutOfRange(timestamp)) {
                errors.addTimestamp(
                        i, timestamp, now - topic.timestampBeforeMaxMs(), now + topic.timestampAfterMaxMs());
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
        errors.throwIfAny();
        return maxTimestamp;
    }

    /** No record is from before 1970, whatever the topic allows. */
    private boolean isOutOfRange(long timestamp) {
        return !topic.logAppendTime()
                && timestamp != NO_TIMESTAMP
                && (timestamp < 0
                        || now - timestamp > topic.timestampBeforeMaxMs()
                        || timestamp - now > topic.timestampAfterMaxMs());
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
        return new RejectedBatchException(Errors.INVALID_RECORD, "Record " + index + " " + what);
    }
}
