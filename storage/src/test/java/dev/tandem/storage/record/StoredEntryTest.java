package dev.tandem.storage.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.storage.StorageException.CorruptData;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;

class StoredEntryTest {
    private static final long BASE_OFFSET = 5_000_000_000L;
    private static final long BASE_TIMESTAMP = 1_700_000_000_000L;

    @Property(tries = 200)
    void everyMessageIsFoundByItsPosition(@ForAll @Size(min = 1, max = 80) List<@Size(max = 300) byte[]> bodies) {
        // given
        var entry = EntryFixture.entry(
                BASE_OFFSET,
                BASE_TIMESTAMP,
                bodies.stream().map(StoredEntryTest::message).toList());

        // then
        entry.verify();
        assertThat(entry.baseOffset()).isEqualTo(BASE_OFFSET);
        assertThat(entry.endOffset()).isEqualTo(BASE_OFFSET + bodies.size());
        assertThat(entry.leaderEpoch()).isEqualTo(EntryFixture.LEADER_EPOCH);
        assertThat(entry.maxTimestamp()).isEqualTo(BASE_TIMESTAMP + 10L * (bodies.size() - 1));
        for (int i = 0; i < bodies.size(); i++) {
            var message = entry.message(i);
            assertThat(message.offset()).isEqualTo(BASE_OFFSET + i);
            assertThat(message.timestampMillis()).isEqualTo(BASE_TIMESTAMP + 10L * i);
            assertThat(message.body()).isEqualTo(Slice.of(bodies.get(i)));
        }
    }

    @Property(tries = 200)
    void kafkaReadsTheBatchOfAnEntry(@ForAll @Size(min = 1, max = 80) List<@Size(max = 300) byte[]> bodies) {
        // given
        var entry = EntryFixture.entry(
                BASE_OFFSET,
                BASE_TIMESTAMP,
                bodies.stream().map(StoredEntryTest::message).toList());

        // when
        var batches = MemoryRecords.readableRecords(entry.batches().toByteBuffer());

        // then
        var batch = batches.batches().iterator().next();
        assertThatCode(batch::ensureValid).doesNotThrowAnyException();
        assertThat(batch.magic()).isEqualTo((byte) 2);
        assertThat(batch.baseOffset()).isEqualTo(BASE_OFFSET);
        assertThat(batch.lastOffset()).isEqualTo(entry.endOffset() - 1);
        assertThat(batch.partitionLeaderEpoch()).isEqualTo(EntryFixture.LEADER_EPOCH);
        assertThat(batch.maxTimestamp()).isEqualTo(entry.maxTimestamp());
        assertThat(batch.countOrNull()).isEqualTo(bodies.size());
        assertThat(batch.sizeInBytes()).isEqualTo(entry.batches().length());
        int i = 0;
        for (Record record : batch) {
            assertThat(record.offset()).isEqualTo(BASE_OFFSET + i);
            assertThat(record.timestamp()).isEqualTo(BASE_TIMESTAMP + 10L * i);
            assertThat(record.hasKey()).isFalse();
            byte[] value = new byte[record.valueSize()];
            record.value().get(value);
            assertThat(value).isEqualTo(bodies.get(i));
            assertThat(record.headers()).hasSize(1);
            assertThat(record.headers()[0].key()).isEqualTo("t");
            i++;
        }
        assertThat(i).isEqualTo(bodies.size());
    }

    @Example
    void verifiesBatchesThatKafkaWrote() {
        // given
        var entry = kafkaEntry();

        // then
        entry.verify();
        assertThat(entry.endOffset()).isEqualTo(BASE_OFFSET + 5);
        assertThatThrownBy(() -> entry.message(0)).isInstanceOf(IllegalStateException.class);
    }

    /** Two batches as a Kafka producer makes them, three records and two. */
    private static StoredEntry kafkaEntry() {
        var first = MemoryRecords.withRecords(BASE_OFFSET, Compression.gzip().build(), records(3))
                .buffer();
        var second = MemoryRecords.withRecords(BASE_OFFSET + 3, Compression.NONE, records(2))
                .buffer();
        var envelope = new Envelope(Origin.KAFKA, false, 5, Long.MAX_VALUE, 0, 0, Envelope.sizeWith(0));
        int firstSize = first.remaining();
        int secondSize = second.remaining();
        byte[] value = new byte[envelope.size() + firstSize + secondSize];
        envelope.write(value, 0);
        first.get(value, envelope.size(), firstSize);
        second.get(value, envelope.size() + firstSize, secondSize);
        return new StoredEntry(BASE_OFFSET, Slice.of(value));
    }

    private static SimpleRecord[] records(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new SimpleRecord(BASE_TIMESTAMP + i, ("value " + i).getBytes(StandardCharsets.UTF_8)))
                .toArray(SimpleRecord[]::new);
    }

    @Example
    void aFlippedBitAnywhereInABatchButItsLeaderEpochIsFound() {
        flipEveryBit(
                EntryFixture.entry(BASE_OFFSET, BASE_TIMESTAMP, List.of(message(new byte[20]), message(new byte[3]))));
        flipEveryBit(kafkaEntry());
    }

    private static void flipEveryBit(StoredEntry entry) {
        byte[] value = entry.value().toByteArray();
        int firstBatch = entry.envelope().size();
        int at = firstBatch;
        while (at < value.length) {
            int size = RecordBatchLayout.sizeInBytes(value, at);
            for (int i = 0; i < size; i++) {
                boolean isEpoch = i >= RecordBatchLayout.LEADER_EPOCH && i < RecordBatchLayout.MAGIC;
                for (int bit = 0; bit < 8 && !isEpoch; bit++) {
                    byte[] damaged = value.clone();
                    damaged[at + i] ^= (byte) (1 << bit);
                    var suspect = new StoredEntry(entry.baseOffset(), Slice.of(damaged));
                    assertThatThrownBy(suspect::verify)
                            .as("byte %d bit %d of the batch", i, bit)
                            .isInstanceOf(CorruptData.class)
                            .hasMessageContaining("offset");
                }
            }
            at += size;
        }
    }

    @Example
    void aFlippedBitAnywhereInASealedEntryIsFound() {
        // given
        long logId = 42;
        var entry =
                EntryFixture.entry(BASE_OFFSET, BASE_TIMESTAMP, List.of(message(new byte[20]), message(new byte[3])));
        byte[] value = entry.value().toByteArray();
        entry.envelope().seal(value, 0, logId);
        assertThat(isSound(value, logId)).isTrue();

        // then
        for (int bit = 0; bit < 8 * value.length; bit++) {
            byte[] damaged = value.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(isSound(damaged, logId))
                    .as("byte %d, bit %d", bit / 8, bit % 8)
                    .isFalse();
        }
        assertThat(isSound(value, logId + 1)).as("of another log").isFalse();
    }

    private static boolean isSound(byte[] value, long logId) {
        try {
            var entry = new StoredEntry(BASE_OFFSET, Slice.of(value));
            entry.verify();
            return entry.isSealedFor(logId);
        } catch (CorruptData e) {
            return false;
        }
    }

    @Property
    void anEntryCutShortIsFound(@ForAll @IntRange(min = 1, max = 400) int cut) {
        var value = kafkaEntry().value();
        var shortened = value.slice(0, Math.max(0, value.length() - cut));
        assertThatThrownBy(() -> new StoredEntry(BASE_OFFSET, shortened).verify())
                .isInstanceOf(CorruptData.class);
    }

    @Example
    void anEntryUnderTheWrongOffsetIsFound() {
        var entry = new StoredEntry(BASE_OFFSET + 1, kafkaEntry().value());
        assertThatThrownBy(entry::verify).isInstanceOf(CorruptData.class).hasMessageContaining("says it is at");
    }

    @Example
    void anEnvelopeThatCountsOtherRecordsThanItsBatchesIsFound() {
        byte[] value = kafkaEntry().value().toByteArray();
        RecordBatchLayout.putInt(value, 2, 6);
        assertThatThrownBy(() -> new StoredEntry(BASE_OFFSET, Slice.of(value)).verify())
                .isInstanceOf(CorruptData.class)
                .hasMessageContaining("its envelope says");
    }

    @Example
    void positionsOutsideOfTheBatchAreCorruptData() {
        var entry =
                EntryFixture.entry(BASE_OFFSET, BASE_TIMESTAMP, List.of(message(new byte[2]), message(new byte[2])));
        for (int position : new int[] {-1, Integer.MIN_VALUE, 0, 60, 100_000, Integer.MAX_VALUE}) {
            byte[] value = entry.value().toByteArray();
            RecordBatchLayout.putInt(value, Envelope.FIXED_SIZE + 4, position);
            var damaged = new StoredEntry(BASE_OFFSET, Slice.of(value));
            assertThatThrownBy(() -> damaged.message(1))
                    .isInstanceOf(CorruptData.class)
                    .hasMessageContaining("position " + position);
        }
    }

    @Example
    void fewerPositionsThanRecordsAreCorruptData() {
        var entry =
                EntryFixture.entry(BASE_OFFSET, BASE_TIMESTAMP, List.of(message(new byte[2]), message(new byte[2])));
        byte[] value = entry.value().toByteArray();
        RecordBatchLayout.putInt(value, 2, 3);
        var damaged = new StoredEntry(BASE_OFFSET, Slice.of(value));
        assertThatThrownBy(() -> damaged.message(2))
                .isInstanceOf(CorruptData.class)
                .hasMessageContaining("2 positions for 3 records");
    }

    @Example
    void aLoneMessageNeedsNoPosition() {
        // given
        var entry = EntryFixture.entry(BASE_OFFSET, BASE_TIMESTAMP, List.of(message(new byte[] {1, 2})));
        var batch = entry.batches();
        byte[] value = new byte[Envelope.FIXED_SIZE + batch.length()];
        new Envelope(Origin.AMQP, false, 1, Long.MAX_VALUE, 0, 0, Envelope.FIXED_SIZE).write(value, 0);
        System.arraycopy(batch.array(), batch.offset(), value, Envelope.FIXED_SIZE, batch.length());

        // when
        var message = new StoredEntry(BASE_OFFSET, Slice.of(value)).message(0);

        // then
        assertThat(message.body()).isEqualTo(Slice.of(new byte[] {1, 2}));
    }

    @Example
    void anEntryWithoutABatchIsCorruptData() {
        byte[] value = new byte[Envelope.FIXED_SIZE + 10];
        new Envelope(Origin.AMQP, false, 1, Long.MAX_VALUE, 0, 0, Envelope.FIXED_SIZE).write(value, 0);
        var entry = new StoredEntry(BASE_OFFSET, Slice.of(value));
        assertThatThrownBy(entry::leaderEpoch).isInstanceOf(CorruptData.class);
        assertThatThrownBy(entry::maxTimestamp).isInstanceOf(CorruptData.class);
        assertThatThrownBy(() -> entry.message(0)).isInstanceOf(CorruptData.class);
        assertThatThrownBy(entry::verify).isInstanceOf(CorruptData.class);
    }

    @Property
    void aDamagedEntryIsReadableOrCorruptData(@ForAll @IntRange(max = 500) int at, @ForAll byte damage) {
        // given
        byte[] value = EntryFixture.entry(
                        BASE_OFFSET, BASE_TIMESTAMP, List.of(message(new byte[50]), message(new byte[60])))
                .value()
                .toByteArray();
        value[at % value.length] = damage;

        // then
        try {
            var entry = new StoredEntry(BASE_OFFSET, Slice.of(value));
            if (entry.envelope().origin() == Origin.AMQP) {
                entry.message(0);
            }
            entry.leaderEpoch();
            entry.verify();
        } catch (CorruptData expected) {
            assertThat(expected).hasNoCause();
        }
    }

    private static Slice message(byte[] body) {
        return MessageRecord.encode(
                true,
                Long.MAX_VALUE,
                Slice.of("logs".getBytes(StandardCharsets.UTF_8)),
                Slice.of("a.b".getBytes(StandardCharsets.UTF_8)),
                Slice.of(new byte[] {0, 0}),
                Slice.of(body));
    }
}
