package dev.tandem.kafka.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.kafka.topic.TopicSettings;
import dev.tandem.storage.commit.Change.ProducerSequence;
import dev.tandem.storage.record.RecordBatchLayout;
import dev.tandem.storage.record.Slice;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class BatchValidatorTest {
    private static final long NOW = 1_700_000_000_000L;
    private static final short VERSION = 11;
    private static final TopicSettings TOPIC = topic(1 << 20, false, false);
    private static final TopicPartition WHERE = new TopicPartition("t", 3);

    private final BatchValidator validator =
            new BatchValidator(1 << 20, InstantSource.fixed(Instant.ofEpochMilli(NOW)));

    @ParameterizedTest
    @EnumSource(CompressionType.class)
    void acceptsWhatKafkasOwnClientBuilds(CompressionType codec) {
        // given
        Slice batch = batch(codec, record(NOW - 5, "a", "1"), record(NOW + 7, null, "2"), record(NOW, "c", null));
        // when
        ValidBatch valid = validator.validate(batch, WHERE, TOPIC, VERSION);
        // then
        assertThat(valid.recordCount()).isEqualTo(3);
        assertThat(valid.maxTimestamp()).isEqualTo(NOW + 7);
        assertThat(valid.sequence()).isNull();
        assertThat(valid.logAppendTimeMillis()).isEqualTo(-1);
    }

    @Test
    void readsTheProducersStamp() {
        // given
        Slice batch = slice(MemoryRecords.withIdempotentRecords(
                Compression.NONE,
                7,
                (short) 2,
                Integer.MAX_VALUE - 1,
                new SimpleRecord(NOW, "a".getBytes(UTF_8)),
                new SimpleRecord(NOW, "b".getBytes(UTF_8)),
                new SimpleRecord(NOW, "c".getBytes(UTF_8))));
        // when
        ValidBatch valid = validator.validate(batch, WHERE, TOPIC, VERSION);
        // then: sequences wrap to 0
        assertThat(valid.sequence()).isEqualTo(new ProducerSequence(7, (short) 2, Integer.MAX_VALUE - 1, 0));
    }

    @Test
    void refusesAnythingButExactlyOneBatch() {
        Slice one = batch(CompressionType.NONE, record(NOW, "k", "v"));
        var two = new byte[2 * one.length()];
        System.arraycopy(one.array(), one.offset(), two, 0, one.length());
        System.arraycopy(one.array(), one.offset(), two, one.length(), one.length());
        assertRejected(Slice.EMPTY, Errors.INVALID_RECORD);
        assertRejected(Slice.of(two), Errors.INVALID_RECORD);
        assertRejected(one.slice(0, one.length() - 1), Errors.CORRUPT_MESSAGE);
        assertRejected(one.slice(0, 60), Errors.CORRUPT_MESSAGE);
    }

    @Property(tries = 300)
    void refusesABatchWithAnyBitOfItsChecksummedPartFlipped(@ForAll @IntRange(min = 0, max = 10_000) int at) {
        // given
        Slice batch = batch(CompressionType.NONE, record(NOW, "key", "value"), record(NOW, "key", "value"));
        int bits = (batch.length() - RecordBatchLayout.ATTRIBUTES) * 8;
        int bit = at % bits;
        batch.array()[batch.offset() + RecordBatchLayout.ATTRIBUTES + bit / 8] ^= (byte) (1 << (bit % 8));
        // then
        assertRejected(batch, Errors.CORRUPT_MESSAGE);
    }

    @Test
    void refusesCountsThatTheRecordsDoNotBearOut() {
        for (int count : new int[] {Integer.MIN_VALUE, -1, 0, 1, 3, 1_000_000, Integer.MAX_VALUE}) {
            for (CompressionType codec : CompressionType.values()) {
                Slice batch = batch(codec, record(NOW, "k", "v"), record(NOW, "k", "v"));
                RecordBatchLayout.putInt(batch.array(), batch.offset() + RecordBatchLayout.RECORDS_COUNT, count);
                RecordBatchLayout.putInt(
                        batch.array(), batch.offset() + RecordBatchLayout.LAST_OFFSET_DELTA, count - 1);
                assertRejected(sealed(batch), Errors.INVALID_RECORD);
            }
        }
    }

    @Test
    void refusesAnOffsetDeltaThatDiffersFromTheCount() {
        Slice batch = batch(CompressionType.NONE, record(NOW, "k", "v"));
        RecordBatchLayout.putInt(batch.array(), batch.offset() + RecordBatchLayout.LAST_OFFSET_DELTA, 5);
        assertRejected(sealed(batch), Errors.INVALID_RECORD);
    }

    @Property(tries = 2000)
    void neverFailsOtherwiseOnRecordsOfAnyBytes(
            @ForAll byte[] bytes,
            @ForAll @IntRange(min = 1, max = 3) int count,
            @ForAll @IntRange(min = 0, max = 7) int codec) {
        // given: a header that is right in everything but the records
        var array = new byte[RecordBatchLayout.HEADER_SIZE + bytes.length];
        RecordBatchLayout.putInt(array, RecordBatchLayout.BATCH_LENGTH, array.length - 12);
        array[RecordBatchLayout.MAGIC] = 2;
        RecordBatchLayout.putShort(array, RecordBatchLayout.ATTRIBUTES, (short) codec);
        RecordBatchLayout.putInt(array, RecordBatchLayout.LAST_OFFSET_DELTA, count - 1);
        RecordBatchLayout.putLong(array, RecordBatchLayout.PRODUCER_ID, -1);
        RecordBatchLayout.putInt(array, RecordBatchLayout.RECORDS_COUNT, count);
        System.arraycopy(bytes, 0, array, RecordBatchLayout.HEADER_SIZE, bytes.length);
        // then
        assertThatThrownBy(() -> validator.validate(sealed(Slice.of(array)), WHERE, TOPIC, VERSION))
                .isInstanceOf(RejectedBatchException.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "SNAPPY", "LZ4", "ZSTD"})
    void refusesABatchThatUnpacksToMoreThanTheLimit(CompressionType codec) {
        // given: 4 MiB of zeros, where 1 MiB is allowed
        Slice batch = slice(MemoryRecords.withRecords(
                Compression.of(codec).build(), new SimpleRecord(NOW, null, new byte[4 << 20])));
        // then
        assertRejected(batch, Errors.MESSAGE_TOO_LARGE);
    }

    @Test
    void refusesSnappyBlocksThatClaimMoreThanTheyCanHold() {
        // given: a raw block that says it unpacks to 256 MiB
        Slice batch = batch(CompressionType.SNAPPY, record(NOW, "k", "v"));
        var claim = new byte[] {(byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 1, 0};
        var array = new byte[RecordBatchLayout.HEADER_SIZE + claim.length];
        System.arraycopy(batch.array(), batch.offset(), array, 0, RecordBatchLayout.HEADER_SIZE);
        System.arraycopy(claim, 0, array, RecordBatchLayout.HEADER_SIZE, claim.length);
        RecordBatchLayout.putInt(array, RecordBatchLayout.BATCH_LENGTH, array.length - 12);
        // then
        assertRejected(sealed(Slice.of(array)), Errors.CORRUPT_MESSAGE);
    }

    @Test
    void refusesWhatClientsMayNotWrite() {
        assertRejectedWith(RecordBatchLayout.CONTROL_MASK, Errors.INVALID_RECORD);
        assertRejectedWith(RecordBatchLayout.TRANSACTIONAL_MASK, Errors.INVALID_TXN_STATE);
        assertRejectedWith(RecordBatchLayout.TIMESTAMP_TYPE_MASK, Errors.INVALID_TIMESTAMP);
        assertRejectedWith((short) 0x40, Errors.INVALID_RECORD);
        assertRejectedWith((short) 5, Errors.INVALID_RECORD);
    }

    @Test
    void refusesZstdBeforeProduceVersion7() {
        Slice batch = batch(CompressionType.ZSTD, record(NOW, "k", "v"));
        assertThatThrownBy(() -> validator.validate(batch, WHERE, TOPIC, (short) 6))
                .isInstanceOfSatisfying(RejectedBatchException.class, rejected -> assertThat(rejected.error())
                        .isEqualTo(Errors.UNSUPPORTED_COMPRESSION_TYPE));
    }

    @Test
    void refusesBatchesLargerThanTheTopicAllows() {
        var narrow = topic(100, false, false);
        Slice batch = batch(CompressionType.NONE, record(NOW, "k", "v".repeat(100)));
        assertThatThrownBy(() -> validator.validate(batch, WHERE, narrow, VERSION))
                .isInstanceOfSatisfying(RejectedBatchException.class, rejected -> assertThat(rejected.error())
                        .isEqualTo(Errors.MESSAGE_TOO_LARGE));
    }

    @Test
    void namesTheRecordWithoutAKeyInACompactedTopic() {
        var compacted = topic(1 << 20, false, true);
        Slice batch = batch(CompressionType.LZ4, record(NOW, "k", "v"), record(NOW, null, "v"));
        assertThatThrownBy(() -> validator.validate(batch, WHERE, compacted, VERSION))
                .isInstanceOfSatisfying(RejectedBatchException.class, rejected -> {
                    assertThat(rejected.error()).isEqualTo(Errors.INVALID_RECORD);
                    assertThat(rejected.recordErrors())
                            .containsExactly(new RecordError(
                                    1, "Compacted topic cannot accept message without key in topic partition t-3."));
                    assertThat(rejected.reason())
                            .startsWith("One or more records have been rejected due to 1 record errors in total");
                });
    }

    @Test
    void keepsABoundedNumberOfRecordErrors() {
        // given
        SimpleRecord[] keyless =
                Stream.generate(() -> record(NOW, null, "v")).limit(3_000).toArray(SimpleRecord[]::new);
        // then
        assertThatThrownBy(() -> validator.validate(
                        batch(CompressionType.GZIP, keyless), WHERE, topic(1 << 20, false, true), VERSION))
                .isInstanceOfSatisfying(RejectedBatchException.class, rejected -> {
                    assertThat(rejected.reason()).contains("due to 3000 record errors in total");
                    assertThat(rejected.recordErrors()).hasSize(1_000);
                });
    }

    @Test
    void refusesTimesOutsideTheTopicsBoundsAndNamesThem() {
        // given
        var topic = new TopicSettings(1 << 20, false, 1_000, 2_000, null, Integer.MAX_VALUE, true, true);
        SimpleRecord[] records = {
            record(NOW - 1_000, "k", "v"),
            record(NOW - 1_001, "k", "v"),
            record(NOW + 2_000, "k", "v"),
            record(NOW + 2_001, "k", "v"),
            record(RecordBatch.NO_TIMESTAMP, "k", "v"),
            record(NOW, null, "v"),
        };
        // then
        assertThatThrownBy(() -> validator.validate(batch(CompressionType.LZ4, records), WHERE, topic, VERSION))
                .isInstanceOfSatisfying(RejectedBatchException.class, rejected -> {
                    assertThat(rejected.error()).isEqualTo(Errors.INVALID_TIMESTAMP);
                    assertThat(rejected.recordErrors())
                            .extracting(RecordError::index)
                            .containsExactly(1, 3, 5);
                    assertThat(rejected.recordErrors().get(0).message())
                            .isEqualTo("Timestamp " + (NOW - 1_001) + " of message with offset 1 is out of range."
                                    + " The timestamp should be within [" + (NOW - 1_000) + ", " + (NOW + 2_000) + "]");
                });
    }

    @Test
    void letsRecordsOfALogAppendTimeTopicHaveAnyTime() {
        var stamped = new TopicSettings(1 << 20, true, 1_000, 1_000, null, Integer.MAX_VALUE, true, false);
        assertThat(validator
                        .validate(batch(CompressionType.NONE, record(5, "k", "v")), WHERE, stamped, VERSION)
                        .maxTimestamp())
                .isEqualTo(NOW);
    }

    @Test
    void refusesABatchThatDoesNotBeginAtOffset0() {
        Slice batch = batch(CompressionType.NONE, record(NOW, "k", "v"));
        RecordBatchLayout.putLong(batch.array(), batch.offset(), 1);
        assertRejected(batch, Errors.INVALID_RECORD);
    }

    @Test
    void refusesMessageSetsOfOlderFormats() {
        for (byte magic : new byte[] {0, 1}) {
            Slice batch = slice(MemoryRecords.withRecords(
                    magic,
                    Compression.NONE,
                    record(magic == 0 ? -1 : NOW, "key", "value of some length, and then some")));
            assertRejected(batch, Errors.INVALID_RECORD);
        }
    }

    @ParameterizedTest
    @EnumSource(CompressionType.class)
    void compressesAnewWhatTheTopicWantsOtherwise(CompressionType wanted) {
        for (CompressionType sent : CompressionType.values()) {
            // given
            var topic = new TopicSettings(
                    1 << 20,
                    false,
                    Long.MAX_VALUE,
                    3_600_000,
                    Compression.of(wanted).build(),
                    Integer.MAX_VALUE,
                    true,
                    false);
            var withHeader = new SimpleRecord(
                    NOW + 1, "c".getBytes(UTF_8), new byte[0], new Header[] {new RecordHeader("h", new byte[] {1})});
            Slice batch = slice(MemoryRecords.withIdempotentRecords(
                    Compression.of(sent).build(), 7, (short) 2, 9, record(NOW - 5, "a", "1"), withHeader));
            // when
            ValidBatch valid = validator.validate(batch, WHERE, topic, VERSION);
            // then
            RecordBatch stored = parse(valid.batch());
            stored.ensureValid();
            assertThat(stored.compressionType()).isEqualTo(wanted);
            assertThat(stored.producerId()).isEqualTo(7);
            assertThat(stored.producerEpoch()).isEqualTo((short) 2);
            assertThat(stored.baseSequence()).isEqualTo(9);
            assertThat(stored.baseOffset()).isZero();
            assertThat(stored.lastOffset()).isEqualTo(1);
            assertThat(stored.maxTimestamp()).isEqualTo(valid.maxTimestamp()).isEqualTo(NOW + 1);
            assertThat(stored.timestampType()).isEqualTo(TimestampType.CREATE_TIME);
            assertThat(stored).extracting(Record::timestamp).containsExactly(NOW - 5, NOW + 1);
            assertThat(stored).extracting(record -> record.headers().length).containsExactly(0, 1);
            if (wanted == sent) {
                assertThat(valid.batch()).isSameAs(batch);
            }
        }
    }

    @Test
    void givesRecordsThatItCompressesAnewTheBrokersTime() {
        // given
        var topic = new TopicSettings(
                1 << 20, true, Long.MAX_VALUE, 3_600_000, Compression.gzip().build(), Integer.MAX_VALUE, true, false);
        // when
        ValidBatch valid = validator.validate(
                batch(CompressionType.NONE, record(5, "k", "v"), record(6, "k", "v")), WHERE, topic, VERSION);
        // then
        RecordBatch stored = parse(valid.batch());
        stored.ensureValid();
        assertThat(stored.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
        assertThat(stored).extracting(Record::timestamp).containsExactly(NOW, NOW);
        assertThat(valid.logAppendTimeMillis()).isEqualTo(NOW);
    }

    @Test
    void heedsTheLevelOfCompression() {
        // given
        String text = IntStream.range(0, 20_000).mapToObj(Integer::toString).collect(Collectors.joining(" "));
        var sizes = new ArrayList<Integer>();
        // when
        for (int level : new int[] {1, 9}) {
            var topic = new TopicSettings(
                    1 << 20,
                    false,
                    Long.MAX_VALUE,
                    3_600_000,
                    Compression.gzip().level(level).build(),
                    Integer.MAX_VALUE,
                    true,
                    false);
            sizes.add(validator
                    .validate(batch(CompressionType.NONE, record(NOW, "k", text)), WHERE, topic, VERSION)
                    .batch()
                    .length());
        }
        // then
        assertThat(sizes).doesNotHaveDuplicates();
    }

    @Test
    void refusesWhatIsTooLargeOnceItIsCompressedAnew() {
        // given
        Slice packed = batch(CompressionType.GZIP, record(NOW, "k", "v".repeat(5_000)));
        for (Compression wanted : List.of(Compression.NONE, Compression.snappy().build())) {
            var topic = new TopicSettings(
                    packed.length(), false, Long.MAX_VALUE, 3_600_000, wanted, Integer.MAX_VALUE, true, false);
            // then
            assertThatThrownBy(() -> validator.validate(packed, WHERE, topic, VERSION))
                    .isInstanceOfSatisfying(RejectedBatchException.class, rejected -> assertThat(rejected.error())
                            .isEqualTo(Errors.MESSAGE_TOO_LARGE));
        }
    }

    @Test
    void refusesCompressedRecordsLargerThanTheTopicAllowsUnpacked() {
        // given
        var topic = new TopicSettings(1 << 20, false, Long.MAX_VALUE, 3_600_000, null, 1_000, true, false);
        // then
        assertThatThrownBy(() -> validator.validate(
                        batch(CompressionType.ZSTD, record(NOW, "k", "v".repeat(1_000))), WHERE, topic, VERSION))
                .isInstanceOfSatisfying(RejectedBatchException.class, rejected -> assertThat(rejected.error())
                        .isEqualTo(Errors.INVALID_RECORD));
        assertThat(validator
                        .validate(
                                batch(CompressionType.NONE, record(NOW, "k", "v".repeat(1_000))), WHERE, topic, VERSION)
                        .recordCount())
                .as("as they are sent, max.message.bytes bounds them")
                .isEqualTo(1);
    }

    private static TopicSettings topic(int maxMessageBytes, boolean logAppendTime, boolean compacted) {
        return new TopicSettings(
                maxMessageBytes, logAppendTime, Long.MAX_VALUE, 3_600_000, null, Integer.MAX_VALUE, true, compacted);
    }

    @Test
    void correctsAMaximumTimestampThatIsWrong() {
        // given
        Slice batch = batch(CompressionType.NONE, record(NOW, "k", "v"));
        RecordBatchLayout.putLong(batch.array(), batch.offset() + RecordBatchLayout.MAX_TIMESTAMP, Long.MAX_VALUE);
        // when
        ValidBatch valid = validator.validate(sealed(batch), WHERE, TOPIC, VERSION);
        // then
        assertThat(valid.maxTimestamp()).isEqualTo(NOW);
        RecordBatch stored = parse(valid.batch());
        stored.ensureValid();
        assertThat(stored.maxTimestamp()).isEqualTo(NOW);
    }

    @Test
    void givesRecordsOfALogAppendTimeTopicTheBrokersTime() {
        // given
        var stamped = topic(1 << 20, true, false);
        Slice batch = batch(CompressionType.ZSTD, record(5, "k", "v"));
        // when
        ValidBatch valid = validator.validate(batch, WHERE, stamped, VERSION);
        // then
        assertThat(valid.logAppendTimeMillis()).isEqualTo(NOW);
        RecordBatch stored = parse(valid.batch());
        stored.ensureValid();
        assertThat(stored.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
        assertThat(stored.iterator().next().timestamp()).isEqualTo(NOW);
    }

    private void assertRejectedWith(short attributes, Errors error) {
        Slice batch = batch(CompressionType.NONE, record(NOW, "k", "v"));
        RecordBatchLayout.putShort(batch.array(), batch.offset() + RecordBatchLayout.ATTRIBUTES, attributes);
        assertRejected(sealed(batch), error);
    }

    private void assertRejected(Slice batch, Errors error) {
        assertThatThrownBy(() -> validator.validate(batch, WHERE, TOPIC, VERSION))
                .isInstanceOfSatisfying(RejectedBatchException.class, rejected -> assertThat(rejected.error())
                        .isEqualTo(error));
    }

    private static SimpleRecord record(long timestamp, String key, String value) {
        return new SimpleRecord(
                timestamp, key == null ? null : key.getBytes(UTF_8), value == null ? null : value.getBytes(UTF_8));
    }

    private static Slice batch(CompressionType codec, SimpleRecord... records) {
        return slice(MemoryRecords.withRecords(Compression.of(codec).build(), records));
    }

    private static Slice slice(MemoryRecords records) {
        var bytes = new byte[records.sizeInBytes()];
        records.buffer().get(bytes);
        return Slice.of(bytes);
    }

    /** With the CRC it should have. */
    private static Slice sealed(Slice batch) {
        RecordBatchLayout.putInt(
                batch.array(),
                batch.offset() + RecordBatchLayout.CRC,
                RecordBatchLayout.computeCrc(batch.array(), batch.offset(), batch.length()));
        return batch;
    }

    private static RecordBatch parse(Slice batch) {
        return MemoryRecords.readableRecords(ByteBuffer.wrap(batch.toByteArray()))
                .batches()
                .iterator()
                .next();
    }
}
