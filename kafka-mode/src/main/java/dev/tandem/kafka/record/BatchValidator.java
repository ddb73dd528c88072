package dev.tandem.kafka.record;

import static dev.tandem.storage.record.RecordBatchLayout.ATTRIBUTES;
import static dev.tandem.storage.record.RecordBatchLayout.BASE_SEQUENCE;
import static dev.tandem.storage.record.RecordBatchLayout.BASE_TIMESTAMP;
import static dev.tandem.storage.record.RecordBatchLayout.CRC;
import static dev.tandem.storage.record.RecordBatchLayout.HEADER_SIZE;
import static dev.tandem.storage.record.RecordBatchLayout.LAST_OFFSET_DELTA;
import static dev.tandem.storage.record.RecordBatchLayout.MAGIC;
import static dev.tandem.storage.record.RecordBatchLayout.MAX_TIMESTAMP;
import static dev.tandem.storage.record.RecordBatchLayout.PRODUCER_EPOCH;
import static dev.tandem.storage.record.RecordBatchLayout.PRODUCER_ID;
import static dev.tandem.storage.record.RecordBatchLayout.RECORDS_COUNT;

import dev.tandem.kafka.topic.TopicSettings;
import dev.tandem.storage.commit.Change.ProducerSequence;
import dev.tandem.storage.record.RecordBatchLayout;
import dev.tandem.storage.record.Slice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.utils.internals.BufferSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a produced batch may be appended. Nothing in its header is trusted: CRC, sizes, counts and timestamps
 * are compared with the records themselves, which are walked once, unpacked if need be.
 *
 * <p>Safe for use from any thread.
 */
public final class BatchValidator {
    private static final short ZSTD_SINCE_PRODUCE = 7;
    private static final short DELETE_HORIZON_MASK = 0x40;
    /** A record's smallest size: a byte each for length, attributes, two deltas, two lengths and the header count. */
    private static final int MIN_RECORD = 7;

    private final long decompressedMaxBytes;
    private final InstantSource clock;
    private final Queue<BufferSupplier> buffers = new ConcurrentLinkedQueue<>();

    /** Lets compressed batches unpack to {@code decompressedMaxBytes} each. */
    public BatchValidator(long decompressedMaxBytes, InstantSource clock) {
        this.decompressedMaxBytes = decompressedMaxBytes;
        this.clock = clock;
    }

    /** Whether a batch must be unpacked to be checked; false for what is no batch at all. */
    public static boolean isCompressed(Slice batch) {
        return batch.length() >= HEADER_SIZE && codec(batch.array(), batch.offset()) != CompressionType.NONE.id;
    }

    /** As {@link #validate(Slice, Object, TopicSettings, short, long)}, with the configured limit. */
    public ValidBatch validate(Slice batch, Object partition, TopicSettings topic, short produceVersion) {
        try {
            return validate(batch, partition, topic, produceVersion, decompressedMaxBytes);
        } catch (UnpackLimitException e) {
            // A producer answers this one by sending smaller batches.
            throw new RejectedBatchException(Errors.MESSAGE_TOO_LARGE, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Checks one partition's records in a Produce request. The batch's timestamp fields and CRC may be rewritten; when the
     * topic demands another compression, what is appended is another batch.
     *
     * @param partition how the partition is called in messages
     * @param produceVersion version of the request
     * @param unpackLimit most bytes to unpack
     * @throws RejectedBatchException saying why not
     * @throws UnpackLimitException when the records are larger than the limit
     */
    public ValidBatch validate(
            Slice batch, Object partition, TopicSettings topic, short produceVersion, long unpackLimit) {
        byte[] array = batch.array();
        int start = batch.offset();
        checkFrame(batch, partition, topic);
        short attributes = RecordBatchLayout.getShort(array, start + ATTRIBUTES);
        checkAttributes(attributes, produceVersion);
        int count = RecordBatchLayout.getInt(array, start + RECORDS_COUNT);
        int lastOffsetDelta = RecordBatchLayout.getInt(array, start + LAST_OFFSET_DELTA);
        if (count <= 0 || lastOffsetDelta != count - 1) {
            throw invalid("the batch counts " + count + " records and ends at offset delta " + lastOffsetDelta);
        }
        ProducerSequence sequence = sequence(array, start, count);
        long now = clock.millis();
        var walked = walk(batch, partition, topic, count, now, unpackLimit);
        if (topic.logAppendTime()) {
            stamp(batch, (short) (attributes | RecordBatchLayout.TIMESTAMP_TYPE_MASK), now);
            return new ValidBatch(rebuilt(batch, partition, topic, walked), count, now, sequence, now);
        }
        if (walked.maxTimestamp != RecordBatchLayout.getLong(array, start + MAX_TIMESTAMP)) {
            stamp(batch, attributes, walked.maxTimestamp);
        }
        return new ValidBatch(rebuilt(batch, partition, topic, walked), count, walked.maxTimestamp, sequence, -1);
    }

    /** The batch in the compression that its topic demands. */
    private static Slice rebuilt(Slice batch, Object partition, TopicSettings topic, Walked walked) {
        Compression target = topic.compression();
        if (target == null || target.type().id == codec(batch.array(), batch.offset())) {
            return batch;
        }
        if (target.type() == CompressionType.NONE) {
            checkSize(HEADER_SIZE + walked.recordBytes, partition, topic);
        }
        Slice rebuilt = BatchRebuilder.rebuild(batch, target);
        checkSize(rebuilt.length(), partition, topic);
        return rebuilt;
    }

    private static void checkSize(long size, Object partition, TopicSettings topic) {
        if (size > topic.maxMessageBytes()) {
            throw new RejectedBatchException(
                    Errors.MESSAGE_TOO_LARGE,
                    "The record batch size in the append to " + partition + " is " + size
                            + " bytes which exceeds the maximum configured value of " + topic.maxMessageBytes());
        }
    }

    private static void checkFrame(Slice batch, Object partition, TopicSettings topic) {
        if (batch.length() < HEADER_SIZE) {
            throw batch.isEmpty()
                    ? invalid("a partition must be sent exactly one batch, not none")
                    : new RejectedBatchException(
                            Errors.CORRUPT_MESSAGE, "a batch of " + batch.length() + " bytes has no whole header");
        }
        byte[] array = batch.array();
        byte magic = array[batch.offset() + MAGIC];
        if (magic != RecordBatchLayout.MAGIC_V2) {
            throw invalid("only record batches of format 2 are accepted, not " + magic);
        }
        int size = RecordBatchLayout.sizeInBytes(array, batch.offset());
        if (size < HEADER_SIZE || size > batch.length()) {
            throw new RejectedBatchException(
                    Errors.CORRUPT_MESSAGE, "a batch claims " + size + " bytes, but " + batch.length() + " were sent");
        }
        if (size < batch.length()) {
            throw invalid("a partition must be sent exactly one batch, not several");
        }
        long baseOffset = RecordBatchLayout.getLong(array, batch.offset());
        if (baseOffset != 0) {
            throw invalid("The baseOffset of the record batch in the append to " + partition
                    + " should be 0, but it is " + baseOffset);
        }
        checkSize(size, partition, topic);
        if (RecordBatchLayout.getInt(array, batch.offset() + CRC)
                != RecordBatchLayout.computeCrc(array, batch.offset(), size)) {
            throw new RejectedBatchException(Errors.CORRUPT_MESSAGE, "the batch's CRC is wrong");
        }
    }

    private static void checkAttributes(short attributes, short produceVersion) {
        int codec = attributes & RecordBatchLayout.COMPRESSION_MASK;
        if (codec > CompressionType.ZSTD.id) {
            throw invalid("compression codec " + codec + " is unknown");
        }
        if (codec == CompressionType.ZSTD.id && produceVersion < ZSTD_SINCE_PRODUCE) {
            throw new RejectedBatchException(
                    Errors.UNSUPPORTED_COMPRESSION_TYPE, "zstd needs Produce version 7 or later");
        }
        if ((attributes & RecordBatchLayout.CONTROL_MASK) != 0) {
            throw invalid("clients may not write control batches");
        }
        if ((attributes & RecordBatchLayout.TRANSACTIONAL_MASK) != 0) {
            throw new RejectedBatchException(Errors.INVALID_TXN_STATE, "transactions are not built");
        }
        if ((attributes & DELETE_HORIZON_MASK) != 0) {
            throw invalid("clients may not set a delete horizon");
        }
        if ((attributes & RecordBatchLayout.TIMESTAMP_TYPE_MASK) != 0) {
            throw new RejectedBatchException(
                    Errors.INVALID_TIMESTAMP, "clients may not set the timestamp type LogAppendTime");
        }
    }

    private static @Nullable ProducerSequence sequence(byte[] array, int start, int count) {
        long producerId = RecordBatchLayout.getLong(array, start + PRODUCER_ID);
        if (producerId < 0) {
            return null;
        }
        short epoch = RecordBatchLayout.getShort(array, start + PRODUCER_EPOCH);
        int first = RecordBatchLayout.getInt(array, start + BASE_SEQUENCE);
        if (epoch < 0 || first < 0) {
            throw invalid("a batch of producer " + producerId + " has epoch " + epoch + " and sequence " + first);
        }
        // Sequences wrap from the largest int to 0.
        int last = first > Integer.MAX_VALUE - (count - 1)
                ? (count - 1) - (Integer.MAX_VALUE - first) - 1
                : first + (count - 1);
        return new ProducerSequence(producerId, epoch, first, last);
    }

    private Walked walk(Slice batch, Object partition, TopicSettings topic, int count, long now, long unpackLimit) {
        byte[] array = batch.array();
        int from = batch.offset() + HEADER_SIZE;
        int end = batch.offset() + batch.length();
        byte codec = codec(array, batch.offset());
        if (codec == CompressionType.NONE.id) {
            if (count > (end - from) / MIN_RECORD) {
                throw invalid("the batch counts " + count + " records in " + (end - from) + " bytes");
            }
            var source = RecordSource.of(array, from, end);
            return walk(source, batch, partition, topic, count, now, Integer.MAX_VALUE);
        }
        if (codec == CompressionType.SNAPPY.id) {
            SnappyBounds.check(array, from, end);
        }
        BufferSupplier known = buffers.poll();
        BufferSupplier supplier = known == null ? BufferSupplier.create() : known;
        try (var packed = Compression.of(CompressionType.forId(codec))
                .build()
                .wrapForInput(ByteBuffer.wrap(array, from, end - from), RecordBatchLayout.MAGIC_V2, supplier)) {
            var source = RecordSource.unpacking(packed, unpackLimit);
            return walk(source, batch, partition, topic, count, now, topic.maxDecompressedMessageBytes());
        } catch (RejectedBatchException | UnpackLimitException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new RejectedBatchException(
                    Errors.CORRUPT_MESSAGE, "the records cannot be unpacked: " + e.getMessage());
        } finally {
            buffers.add(supplier);
        }
    }

    private static Walked walk(
            RecordSource source,
            Slice batch,
            Object partition,
            TopicSettings topic,
            int count,
            long now,
            int mostRecordBytes) {
        long base = RecordBatchLayout.getLong(batch.array(), batch.offset() + BASE_TIMESTAMP);
        long start = source.position();
        long maxTimestamp = new RecordWalk(source, count, base, topic, partition, now, mostRecordBytes).run();
        return new Walked(maxTimestamp, source.position() - start);
    }

    private static void stamp(Slice batch, short attributes, long maxTimestamp) {
        byte[] array = batch.array();
        int start = batch.offset();
        RecordBatchLayout.putShort(array, start + ATTRIBUTES, attributes);
        RecordBatchLayout.putLong(array, start + MAX_TIMESTAMP, maxTimestamp);
        RecordBatchLayout.putInt(array, start + CRC, RecordBatchLayout.computeCrc(array, start, batch.length()));
    }

    private static byte codec(byte[] array, int start) {
        return (byte) (RecordBatchLayout.getShort(array, start + ATTRIBUTES) & RecordBatchLayout.COMPRESSION_MASK);
    }

    private static RejectedBatchException invalid(String message) {
        return new RejectedBatchException(Errors.INVALID_RECORD, message);
    }

    /** What a walk through a batch found: its largest timestamp, and the size of its records unpacked. */
    private record Walked(long maxTimestamp, long recordBytes) {}
}
