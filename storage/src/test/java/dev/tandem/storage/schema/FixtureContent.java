package dev.tandem.storage.schema;

import static dev.tandem.storage.testsupport.EngineFixture.await;
import static dev.tandem.storage.testsupport.EngineFixture.slice;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.StorageException.NotFound;
import dev.tandem.storage.StorageException.PreconditionFailed;
import dev.tandem.storage.catalog.Definition;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.cursor.AckSetView;
import dev.tandem.storage.group.GroupPartition;
import dev.tandem.storage.group.GroupRecord;
import dev.tandem.storage.log.Log;
import dev.tandem.storage.log.LogRead;
import dev.tandem.storage.record.MessageRecord;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.record.StoredEntry;
import dev.tandem.storage.testsupport.EngineFixture;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;

/**
 * A bit of everything that schema version 1 stores: the content of {@code schema/v1.zip}, and the check that it is read
 * back. Written in two starts of the engine, so that both data files and the write-ahead log hold some of it.
 */
final class FixtureContent {
    private static final long TIME = 1_700_000_000_000L;
    private static final long ORDERS_0 = 1;
    private static final long ORDERS_1 = 2;
    private static final long WORK = 3;
    private static final long UNUSED = 4;
    private static final long WIDE = 5;
    private static final long DELETED = 6;

    private static final int WIDE_OFFSETS = 70_000;
    /** More commits that leave holes than there are slots for deltas: rows of chunks, and deltas behind them. */
    private static final int WIDE_HOLES = 80;

    private static final String LARGE_BODY = "0123456789".repeat(1_000);
    private static final Slice PROPERTIES =
            Slice.of(new byte[] {(byte) 0x80, 0, 10, 't', 'e', 'x', 't', '/', 'p', 'l', 'a', 'i', 'n'});

    private static final List<Definition> DEFINITIONS = List.of(
            new Definition.Topic(
                    "orders", new UUID(1, 2), List.of(ORDERS_0, ORDERS_1), Map.of("retention.ms", "86400000")),
            new Definition.Topic("wide", new UUID(3, 4), List.of(WIDE), Map.of()),
            new Definition.Vhost("shop"),
            new Definition.Exchange("shop", "events", "topic", false, true, Slice.of(new byte[] {1, 'a', 't', 1})),
            new Definition.Queue("shop", "work", WORK, 0, false, Slice.EMPTY),
            new Definition.Queue("shop", "unused – ü", UNUSED, 0, true, Slice.EMPTY),
            new Definition.Binding("shop", "events", "queue", "work", "order.*", Slice.of(new byte[] {7})),
            new Definition.User("clerk", "c2VjcmV0", "sha-256", List.of("monitoring")),
            new Definition.Config("group", "billing", Map.of("consumer.session.timeout.ms", "45000")));

    private FixtureContent() {}

    // --- Writing ---------------------------------------------------------------------------------------------------

    /** Fills an empty directory and stops cleanly. */
    static void write(Path directory) {
        try (var fixture = new EngineFixture(directory)) {
            writeDefinitions(fixture);
            writeProducers(fixture);
            writeTrimmedLog(fixture);
            writeQueue(fixture);
            writeWideCursor(fixture);
            writeGroups(fixture);
            fixture.commit(new Change.CreateLog(DELETED, Retention.EXPLICIT));
            fixture.commit(batch(DELETED, Compression.NONE, 0, 1, null));
            fixture.commit(new Change.DeleteLog(DELETED));
            fixture.reopen();
            for (int i = 20; i < 25; i++) {
                fixture.commit(message(i));
            }
            fixture.commit(
                    acknowledge(WORK, 0, 3, 4),
                    acknowledge(WORK, 0, 14, 15),
                    new Change.StoreDeliveredEnd(WORK, 0, 18));
        }
    }

    private static void writeDefinitions(EngineFixture fixture) {
        for (long topic : List.of(ORDERS_0, ORDERS_1, WIDE)) {
            fixture.commit(new Change.CreateLog(topic, Retention.EXPLICIT));
        }
        fixture.commit(
                new Change.CreateLog(WORK, Retention.ACKNOWLEDGED),
                new Change.CreateLog(UNUSED, Retention.ACKNOWLEDGED));
        var gone = new Definition.Vhost("gone");
        fixture.commit(new Change.Define(gone, true));
        for (Definition definition : DEFINITIONS) {
            fixture.commit(new Change.Define(definition, true));
        }
        fixture.commit(new Change.Undefine(gone.key(), true));
    }

    /** Seven batches of producer 1, of which five are remembered; five records of nobody; three of producer 2. */
    private static void writeProducers(EngineFixture fixture) {
        fixture.commit(new Change.AllocateProducerIds(2));
        for (int i = 0; i < 7; i++) {
            fixture.commit(batch(ORDERS_0, Compression.NONE, i, 1, sequence(1, 0, i, 1)));
        }
        fixture.commit(batch(ORDERS_0, Compression.gzip().build(), 7, 5, null));
        fixture.commit(batch(ORDERS_0, Compression.gzip().build(), 12, 3, sequence(2, 3, 0, 3)));
    }

    /** Five batches of four records, the first one and half of the second trimmed. */
    private static void writeTrimmedLog(EngineFixture fixture) {
        for (int i = 0; i < 5; i++) {
            fixture.commit(batch(ORDERS_1, Compression.NONE, 4 * i, 4, null));
        }
        fixture.commit(new Change.TrimLog(ORDERS_1, 6));
    }

    private static void writeQueue(EngineFixture fixture) {
        for (int i = 0; i < 18; i++) {
            fixture.commit(message(i));
        }
        fixture.commit(message(18), message(19));
        fixture.commit(acknowledge(WORK, 0, 0, 3));
        fixture.commit(acknowledge(WORK, 0, 5, 6), acknowledge(WORK, 0, 7, 8));
        fixture.commit(acknowledge(WORK, 0, 9, 12));
    }

    /** A batch of which all but the first and the last record are missing, as after compaction. */
    private static void writeWideCursor(EngineFixture fixture) {
        try (var builder =
                MemoryRecords.builder(ByteBuffer.allocate(1_000), Compression.NONE, TimestampType.CREATE_TIME, 0)) {
            builder.appendWithOffset(0, TIME, null, "first".getBytes(UTF_8));
            builder.appendWithOffset(WIDE_OFFSETS - 1, TIME + 5, null, "last".getBytes(UTF_8));
            fixture.commit(new Change.AppendBatch(WIDE, bytes(builder.build()), WIDE_OFFSETS, TIME + 5, null));
        }
        for (int i = 0; i < WIDE_HOLES; i++) {
            fixture.commit(acknowledge(WIDE, 1, hole(i), hole(i) + 1));
        }
    }

    private static long hole(int i) {
        return 500 + 850L * i;
    }

    private static void writeGroups(EngineFixture fixture) {
        fixture.commit(new Change.PutGroupRecords(3, 0, List.of(record("orders-0", "7"), record("gone", "x")), null));
        fixture.commit(new Change.PutGroupRecords(3, 2, List.of(record("gone", null)), null));
        fixture.commit(new Change.PutGroupRecords(
                3, 3, List.of(record("orders-1", "9")), new Change.GroupProducer(2, (short) 3)));
        fixture.commit(new Change.EndGroupTransaction(3, 4, 2, true));
        fixture.commit(new Change.PutGroupRecords(
                3, 5, List.of(record("orders-0", null), record("orders-2", "11")), new Change.GroupProducer(1, (short)
                        1)));
    }

    private static GroupRecord record(String key, @org.jspecify.annotations.Nullable String value) {
        return new GroupRecord(slice(key), value == null ? null : slice(value));
    }

    private static Change acknowledge(long log, int cursor, long first, long end) {
        return new Change.Acknowledge(log, cursor, new long[] {first, end});
    }

    /** Every other message is transient, one expires, one is large. */
    private static Change message(int i) {
        long expiresAt = i == 4 ? TIME + 1_000_000 : Long.MAX_VALUE;
        boolean isTransient = i % 2 == 1;
        Slice record = MessageRecord.encode(
                !isTransient, expiresAt, slice("events"), slice("order." + i), PROPERTIES, slice(body(i)));
        return new Change.AppendMessage(WORK, record, TIME + i, expiresAt, isTransient);
    }

    private static String body(int i) {
        return i == 6 ? LARGE_BODY : "message " + i;
    }

    private static Change.AppendBatch batch(
            long log,
            Compression compression,
            int first,
            int count,
            Change.@org.jspecify.annotations.Nullable ProducerSequence sequence) {
        var records = new SimpleRecord[count];
        for (int i = 0; i < count; i++) {
            records[i] = new SimpleRecord(TIME + first + i, ("k" + (first + i)).getBytes(UTF_8), value(first + i));
        }
        var built = sequence == null
                ? MemoryRecords.withRecords(0, compression, records)
                : MemoryRecords.withIdempotentRecords(
                        0,
                        compression,
                        sequence.producerId(),
                        sequence.epoch(),
                        sequence.firstSequence(),
                        RecordBatch.NO_PARTITION_LEADER_EPOCH,
                        records);
        return new Change.AppendBatch(log, bytes(built), count, TIME + first + count - 1, sequence);
    }

    private static byte[] value(int i) {
        return ("value " + i).repeat(20).getBytes(UTF_8);
    }

    private static Change.ProducerSequence sequence(long producerId, int epoch, int first, int count) {
        return new Change.ProducerSequence(producerId, (short) epoch, first, first + count - 1);
    }

    private static Slice bytes(MemoryRecords records) {
        byte[] bytes = new byte[records.sizeInBytes()];
        records.buffer().duplicate().get(bytes);
        return Slice.of(bytes);
    }

    // --- Reading back ----------------------------------------------------------------------------------------------

    /** Fails unless an engine on a copy of the directory gives everything back, and goes on from there. */
    static void assertReadBack(EngineFixture fixture) {
        StorageEngine engine = fixture.engine();
        assertThat(engine.recovered()).as("unclean stop").isFalse();
        assertThat(engine.leaderEpoch()).isEqualTo(2);
        assertDefinitions(engine);
        assertRecords(fixture.log(ORDERS_0), 0, 15);
        assertRecords(fixture.log(ORDERS_1), 6, 20);
        assertQueue(fixture);
        assertWideCursor(fixture);
        assertGroups(await(engine.groupPartition(3)));
        assertThatThrownBy(() -> fixture.log(DELETED)).isInstanceOf(NotFound.class);
        assertGoesOn(fixture);
    }

    private static void assertDefinitions(StorageEngine engine) {
        var found = new ArrayList<Definition>();
        for (var kind : List.of(
                Definition.Topic.class,
                Definition.Vhost.class,
                Definition.Exchange.class,
                Definition.Queue.class,
                Definition.Binding.class,
                Definition.User.class,
                Definition.Config.class)) {
            found.addAll(engine.catalog().all(kind));
        }
        assertThat(found).containsExactlyInAnyOrderElementsOf(DEFINITIONS);
        assertThat(engine.catalog().revision()).isPositive();
    }

    private static void assertRecords(Log log, int start, int end) {
        assertThat(log.startOffset()).isEqualTo(start);
        assertThat(log.writtenEnd()).isEqualTo(end);
        assertThat(log.sizeInBytes()).isPositive();
        var offsets = new ArrayList<Long>();
        for (StoredEntry entry : entries(log)) {
            for (var record : MemoryRecords.readableRecords(entry.batches().toByteBuffer())
                    .records()) {
                if (record.offset() >= start) {
                    offsets.add(record.offset());
                    assertThat(record.value()).isEqualTo(ByteBuffer.wrap(value((int) record.offset())));
                    assertThat(record.timestamp()).isEqualTo(TIME + record.offset());
                }
            }
        }
        assertThat(offsets)
                .isEqualTo(java.util.stream.LongStream.range(start, end).boxed().toList());
    }

    private static List<StoredEntry> entries(Log log) {
        var entries = new ArrayList<StoredEntry>();
        for (long next = log.startOffset(); next < log.writtenEnd(); ) {
            LogRead read = log.read(next, log.writtenEnd(), 1 << 20);
            entries.addAll(read.entries());
            next = read.nextOffset();
        }
        return entries;
    }

    private static void assertQueue(EngineFixture fixture) {
        Log log = fixture.log(WORK);
        assertThat(log.writtenEnd()).isEqualTo(25);
        var bodies = new ArrayList<String>();
        for (StoredEntry entry : entries(log)) {
            for (int i = 0; i < entry.recordCount(); i++) {
                int number = (int) entry.baseOffset() + i;
                var message = entry.message(i);
                bodies.add(new String(message.body().toByteArray(), UTF_8));
                assertThat(entry.envelope().isTransient()).isEqualTo(number % 2 == 1);
                assertThat(entry.leaderEpoch()).isEqualTo(number < 20 ? 0 : 1);
                assertThat(message.isPersistent()).isEqualTo(number % 2 == 0);
                assertThat(message.expiresAtMillis()).isEqualTo(number == 4 ? TIME + 1_000_000 : Long.MAX_VALUE);
                assertThat(message.timestampMillis()).isEqualTo(TIME + number);
                assertThat(message.exchange()).isEqualTo(slice("events"));
                assertThat(message.routingKey()).isEqualTo(slice("order." + number));
                assertThat(message.properties()).isEqualTo(PROPERTIES);
            }
        }
        assertThat(bodies)
                .isEqualTo(java.util.stream.IntStream.range(0, 25)
                        .mapToObj(FixtureContent::body)
                        .toList());
        AckSetView acks = await(fixture.engine().ackSet(WORK, 0));
        assertThat(acks.floor()).isEqualTo(4);
        assertThat(acknowledged(acks, 25)).containsExactly(5L, 7L, 9L, 10L, 11L, 14L);
        assertThat(acks.deliveredEnd()).isEqualTo(18);
        assertThat(fixture.log(UNUSED).writtenEnd()).isZero();
    }

    /** Acknowledgements that come after a migration stand beside those from before it, over a restart. */
    static void assertAcknowledgesOn(EngineFixture fixture) {
        for (int i = 0; i < 5; i++) {
            fixture.commit(acknowledge(WIDE, 1, hole(i) + 10, hole(i) + 11));
        }
        fixture.reopen();
        AckSetView acks = await(fixture.engine().ackSet(WIDE, 1));
        assertThat(acknowledged(acks, WIDE_OFFSETS))
                .containsAll(java.util.stream.IntStream.range(0, WIDE_HOLES)
                        .mapToObj(FixtureContent::hole)
                        .toList())
                .contains(hole(0) + 10, hole(4) + 10)
                .hasSize(WIDE_HOLES + 5);
    }

    private static void assertWideCursor(EngineFixture fixture) {
        assertThat(fixture.log(WIDE).writtenEnd()).isEqualTo(WIDE_OFFSETS);
        AckSetView acks = await(fixture.engine().ackSet(WIDE, 1));
        assertThat(acks.floor()).isZero();
        assertThat(acknowledged(acks, WIDE_OFFSETS))
                .isEqualTo(java.util.stream.IntStream.range(0, WIDE_HOLES)
                        .mapToObj(FixtureContent::hole)
                        .toList());
    }

    /** Those above the floor. */
    private static List<Long> acknowledged(AckSetView acks, long end) {
        var offsets = new ArrayList<Long>();
        for (long offset = acks.floor(); offset < end; offset++) {
            if (acks.contains(offset)) {
                offsets.add(offset);
            }
        }
        return offsets;
    }

    private static void assertGroups(GroupPartition partition) {
        assertThat(partition.nextOffset()).isEqualTo(7);
        assertThat(partition.committed())
                .containsExactly(
                        new GroupPartition.Committed(0, slice("orders-0"), slice("7")),
                        new GroupPartition.Committed(3, slice("orders-1"), slice("9")));
        assertThat(partition.pending())
                .containsExactly(
                        new GroupPartition.Pending(5, 1, (short) 1, record("orders-0", null)),
                        new GroupPartition.Pending(6, 1, (short) 1, record("orders-2", "11")));
    }

    /** Ids and offsets once used are not used again, and producers are remembered. */
    private static void assertGoesOn(EngineFixture fixture) {
        assertThat(fixture.commit(batch(ORDERS_0, Compression.NONE, 2, 1, sequence(1, 0, 2, 1)))
                        .value(0))
                .as("a repetition")
                .isEqualTo(2);
        assertThatThrownBy(() -> fixture.commit(batch(ORDERS_0, Compression.NONE, 0, 1, sequence(2, 2, 0, 1))))
                .isInstanceOf(PreconditionFailed.class);
        assertThat(fixture.commit(batch(ORDERS_0, Compression.NONE, 15, 1, sequence(2, 3, 3, 1)))
                        .value(0))
                .isEqualTo(15);
        assertThat(fixture.publish(WORK, "next")).isEqualTo(25);
        assertThat(fixture.publish(UNUSED, "first")).isZero();
        assertThat(fixture.commit(new Change.AllocateProducerIds(1)).value(0)).isEqualTo(3);
        assertThat(fixture.engine().allocateLogId()).isEqualTo(DELETED + 1);
    }
}
