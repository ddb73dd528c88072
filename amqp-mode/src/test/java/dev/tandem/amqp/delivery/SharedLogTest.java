package dev.tandem.amqp.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import dev.tandem.amqp.testsupport.TestBroker;
import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.catalog.Definition;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.record.MessageRecord;
import dev.tandem.storage.record.RecordBatchLayout;
import dev.tandem.storage.record.RecordUnpacker;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.record.UnpackedRecord;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A queue over a log of which some offsets hold no message, as after a compaction, and over its restarts. */
class SharedLogTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Of three offsets two hold nothing. */
    private static final RecordUnpacker EVERY_THIRD = (batches, visitor) -> {
        byte[] array = batches.array();
        int end = batches.offset() + batches.length();
        for (int at = batches.offset(); at < end; at += RecordBatchLayout.sizeInBytes(array, at)) {
            long base = RecordBatchLayout.getLong(array, at);
            int count = RecordBatchLayout.getInt(array, at + RecordBatchLayout.RECORDS_COUNT);
            for (long offset = base; offset < base + count; offset++) {
                if (offset % 3 == 1 && !visitor.visit(new UnpackedRecord(offset, 0, null, text(offset), List.of()))) {
                    return;
                }
            }
        }
    };

    @TempDir
    private Path directory;

    @Test
    void offsetsWithoutAMessageCountAsAcknowledged() throws Exception {
        // given
        try (var broker = start()) {
            long logId = createTopic(broker.storage(), 10);
            Channel channel = broker.connect().createChannel();
            channel.queueDeclare("q", true, false, false, Map.of("x-topic", "t"));

            // when
            List<String> got = drain(channel, 3);

            // then
            assertThat(got).containsExactly("1", "4", "7");
            int cursorId = cursorOf(broker.storage());
            Awaitility.await().atMost(LIMIT).untilAsserted(() -> assertThat(broker.storage()
                            .ackSet(logId, cursorId)
                            .get(30, TimeUnit.SECONDS)
                            .floor())
                    .isEqualTo(10));
        }
    }

    @Test
    void aCleanStopKeepsThePositions() throws Exception {
        // given
        try (var broker = start()) {
            createTopic(broker.storage(), 15);
            Channel channel = broker.connect().createChannel();
            channel.queueDeclare("q", true, false, false, Map.of("x-topic", "t"));
            assertThat(drain(channel, 1)).containsExactly("1");
            get(channel, false);
        }

        // when
        try (var broker = start()) {
            Channel channel = broker.connect().createChannel();

            // then
            GetResponse held = get(channel, true);
            assertThat(new String(held.getBody(), StandardCharsets.UTF_8)).isEqualTo("4");
            assertThat(held.getEnvelope().isRedeliver()).isTrue();
            GetResponse next = get(channel, true);
            assertThat(new String(next.getBody(), StandardCharsets.UTF_8)).isEqualTo("7");
            assertThat(next.getEnvelope().isRedeliver()).isFalse();
        }
    }

    @Test
    void aQueueWhoseTopicWentWhileTheBrokerWasDownIsGone() throws Exception {
        // given
        try (var broker = start()) {
            createTopic(broker.storage(), 1);
            broker.connect().createChannel().queueDeclare("q", true, false, false, Map.of("x-topic", "t"));
        }
        try (var storage = StorageEngine.open(StorageConfig.defaults(directory))) {
            commit(storage, new Change.Undefine(Definition.Topic.keyOf("t"), true));
        }

        // when
        try (var broker = start()) {

            // then
            assertThat(broker.storage().catalog().all(Definition.Queue.class)).isEmpty();
            assertThat(broker.admin().queues()).isEmpty();
        }
    }

    private TestBroker start() throws Exception {
        return TestBroker.start(StorageEngine.open(StorageConfig.defaults(directory)), EVERY_THIRD);
    }

    private static int cursorOf(StorageEngine storage) {
        return SharedLog.cursorIdOf(storage.catalog().all(Definition.Queue.class).stream()
                .findFirst()
                .orElseThrow()
                .logId());
    }

    private static long createTopic(StorageEngine storage, int records) throws Exception {
        long logId = storage.allocateLogId();
        commit(
                storage,
                new Change.CreateLog(logId, Retention.EXPLICIT),
                new Change.Define(new Definition.Topic("t", new UUID(1, 2), List.of(logId), Map.of()), true));
        Slice record = MessageRecord.encode(
                true, Long.MAX_VALUE, Slice.EMPTY, Slice.EMPTY, Slice.of(new byte[2]), Slice.EMPTY);
        var appends = new ArrayList<Change>();
        for (int i = 0; i < records; i++) {
            appends.add(new Change.AppendMessage(logId, record, 0, Long.MAX_VALUE, false));
        }
        commit(storage, appends.toArray(Change[]::new));
        return logId;
    }

    private static void commit(StorageEngine storage, Change... changes) throws Exception {
        var builder = Commit.builder();
        for (Change change : changes) {
            builder.add(change);
        }
        storage.commit(builder, Durability.SYNCED).get(30, TimeUnit.SECONDS);
    }

    private static List<String> drain(Channel channel, int count) {
        var bodies = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            bodies.add(new String(get(channel, true).getBody(), StandardCharsets.UTF_8));
        }
        return bodies;
    }

    private static GetResponse get(Channel channel, boolean autoAck) {
        var got = new GetResponse[1];
        Awaitility.await().atMost(LIMIT).until(() -> {
            got[0] = channel.basicGet("q", autoAck);
            return got[0] != null;
        });
        return got[0];
    }

    private static Slice text(long offset) {
        return Slice.of(Long.toString(offset).getBytes(StandardCharsets.UTF_8));
    }
}
