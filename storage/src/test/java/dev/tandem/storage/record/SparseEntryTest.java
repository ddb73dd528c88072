package dev.tandem.storage.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.storage.StorageException.CorruptData;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;

class SparseEntryTest {
    private static final long BASE = 7_000_000_000L;

    @Property(tries = 200)
    void everyMessageThatIsLeftIsFoundByOffsetAndTheOthersAreGaps(
            @ForAll @Size(min = 1, max = 60) Set<@IntRange(max = 5_000) Integer> left,
            @ForAll @IntRange(max = 100) int behind) {
        // given
        var deltas = new TreeSet<>(left);
        var builder = new SparseEntryBuilder(false, 3);
        for (int delta : deltas) {
            builder.add(BASE + delta, 1_000 + delta, Long.MAX_VALUE, false, message("body " + delta));
        }

        // when
        StoredEntry entry = builder.build(BASE + deltas.last() + 1 + behind, 99, 4);

        // then
        entry.verify();
        assertThat(entry.baseOffset()).isEqualTo(BASE + deltas.first());
        assertThat(entry.endOffset()).isEqualTo(BASE + deltas.last() + 1 + behind);
        assertThat(entry.recordCount()).isEqualTo(deltas.size());
        assertThat(entry.maxTimestamp()).isEqualTo(1_000 + deltas.last());
        assertThat(entry.leaderEpoch()).isEqualTo(3);
        assertThat(entry.batches().length()).isEqualTo(builder.batchBytes());
        assertThat(entry.envelope().logBytes()).isEqualTo(99);
        for (long offset = entry.baseOffset() - 1; offset <= entry.endOffset(); offset++) {
            var found = entry.messageAt(offset);
            if (deltas.contains((int) (offset - BASE))) {
                assertThat(found).isNotNull();
                assertThat(found.offset()).isEqualTo(offset);
                assertThat(found.timestampMillis()).isEqualTo(1_000 + offset - BASE);
                assertThat(text(found.body())).isEqualTo("body " + (offset - BASE));
            } else {
                assertThat(found).isNull();
            }
        }
        int index = 0;
        for (int delta : deltas) {
            assertThat(entry.message(index++).offset()).isEqualTo(BASE + delta);
        }
    }

    @Property(tries = 100)
    void kafkaReadsTheRecordsThatAreLeftAtTheirOffsets(
            @ForAll @Size(min = 1, max = 60) Set<@IntRange(max = 5_000) Integer> left) {
        // given
        var deltas = new TreeSet<>(left);
        var builder = new SparseEntryBuilder(false, 3);
        for (int delta : deltas) {
            builder.add(BASE + delta, 1_000, Long.MAX_VALUE, false, message("body " + delta));
        }

        // when
        var batch = MemoryRecords.readableRecords(
                        builder.build(BASE + 6_000, 0, 0).batches().toByteBuffer())
                .batches()
                .iterator()
                .next();

        // then
        batch.ensureValid();
        assertThat(batch.nextOffset()).isEqualTo(BASE + 6_000);
        List<Integer> read = new ArrayList<>();
        for (Record record : batch) {
            read.add((int) (record.offset() - BASE));
        }
        assertThat(read).containsExactlyElementsOf(deltas);
    }

    @Example
    void aSurvivorOfASurvivorKeepsEveryByteOfItsMessage() {
        // given
        Slice record = MessageRecord.encode(
                true, 12_345, slice("exchange"), slice("key"), Slice.of(new byte[] {1, 2, 3}), slice("body"));
        var first = new SparseEntryBuilder(true, 1);
        first.add(BASE, 50, 12_345, false, record);
        first.add(BASE + 9, 40, 12_345, false, record);
        StoredEntry once = first.build(BASE + 10, 0, 2);

        // when
        var second = new SparseEntryBuilder(true, 1);
        second.add(once.message(1));
        StoredEntry twice = second.build(BASE + 10, 0, 2);

        // then
        var message = twice.messageAt(BASE + 9);
        assertThat(message).isNotNull();
        assertThat(message.encoded()).isEqualTo(record);
        assertThat(message.timestampMillis()).isEqualTo(40);
        assertThat(message.expiresAtMillis()).isEqualTo(12_345);
        assertThat(message.isPersistent()).isTrue();
        assertThat(twice.envelope().isTransient()).isTrue();
        assertThat(twice.envelope().earliestExpiryMillis()).isEqualTo(12_345);
    }

    @Example
    void batchesMayLeaveGapsOnlyInASparseEntry() {
        byte[][] batches = {batch(BASE, 2), batch(BASE + 10, 3)};

        StoredEntry sparse = kafkaEntry(BASE, 20, true, batches);
        sparse.verify();
        assertThat(sparse.recordCount()).isEqualTo(5);
        assertThat(sparse.endOffset()).isEqualTo(BASE + 20);
        assertThat(sparse.maxTimestamp()).isEqualTo(BASE + 12);

        assertThatThrownBy(kafkaEntry(BASE, 13, false, batches)::verify)
                .isInstanceOf(CorruptData.class)
                .hasMessageContaining("says it is at");
    }

    @Example
    void aSparseEntryThatIsOutOfOrderOrPlaceIsFound() {
        assertThatThrownBy(kafkaEntry(BASE, 20, true, batch(BASE, 2), batch(BASE + 1, 2))::verify)
                .as("overlap")
                .isInstanceOf(CorruptData.class);
        assertThatThrownBy(kafkaEntry(BASE, 2, true, batch(BASE, 2), batch(BASE + 2, 1))::verify)
                .as("past the end")
                .isInstanceOf(CorruptData.class);
        assertThatThrownBy(kafkaEntry(BASE, 20, true, batch(BASE + 1, 2))::verify)
                .as("not at its base offset")
                .isInstanceOf(CorruptData.class);
        assertThatThrownBy(kafkaEntry(BASE, 20, true)::verify).as("no batch").isInstanceOf(CorruptData.class);
    }

    @Example
    void messagesOutOfOrderAreRefused() {
        var builder = new SparseEntryBuilder(false, 0);
        builder.add(5, 0, Long.MAX_VALUE, false, message("a"));
        assertThatThrownBy(() -> builder.add(5, 0, Long.MAX_VALUE, false, message("b")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Property
    void aDamagedSparseEntryIsReadableOrCorruptData(@ForAll @IntRange(max = 500) int at, @ForAll byte damage) {
        // given
        var builder = new SparseEntryBuilder(false, 0);
        for (int i = 0; i < 5; i++) {
            builder.add(BASE + 3L * i, 0, Long.MAX_VALUE, false, message("body " + i));
        }
        byte[] value = builder.build(BASE + 100, 0, 0).value().toByteArray();
        value[at % value.length] = damage;

        // then
        try {
            var entry = new StoredEntry(BASE, Slice.of(value));
            if (entry.envelope().origin() == Origin.AMQP) {
                entry.messageAt(BASE + 6);
                entry.message(0);
            }
            entry.recordCount();
            entry.maxTimestamp();
        } catch (CorruptData expected) {
            assertThat(expected).hasNoCause();
        }
    }

    private static StoredEntry kafkaEntry(long base, int offsets, boolean sparse, byte[]... batches) {
        int size = Envelope.FIXED_SIZE;
        for (byte[] batch : batches) {
            size += batch.length;
        }
        byte[] value = new byte[size];
        new Envelope(Origin.KAFKA, false, false, sparse, offsets, Long.MAX_VALUE, 0, 0, Envelope.FIXED_SIZE)
                .write(value, 0);
        int at = Envelope.FIXED_SIZE;
        for (byte[] batch : batches) {
            System.arraycopy(batch, 0, value, at, batch.length);
            at += batch.length;
        }
        return new StoredEntry(base, Slice.of(value));
    }

    private static byte[] batch(long baseOffset, int records) {
        var all = new SimpleRecord[records];
        for (int i = 0; i < records; i++) {
            all[i] = new SimpleRecord(baseOffset + i, "value".getBytes(UTF_8));
        }
        var buffer =
                MemoryRecords.withRecords(baseOffset, Compression.NONE, all).buffer();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static Slice message(String body) {
        return MessageRecord.encode(
                true, Long.MAX_VALUE, Slice.EMPTY, slice("key"), Slice.of(new byte[] {0, 0}), slice(body));
    }

    private static Slice slice(String text) {
        return Slice.of(text.getBytes(UTF_8));
    }

    private static String text(Slice slice) {
        return new String(slice.toByteArray(), UTF_8);
    }
}
