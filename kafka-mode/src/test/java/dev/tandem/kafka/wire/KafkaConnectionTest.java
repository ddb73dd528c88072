package dev.tandem.kafka.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.kafka.testsupport.RawClient;
import dev.tandem.kafka.testsupport.RunningKafka;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ListTransactionsRequestData;
import org.apache.kafka.common.message.ListTransactionsResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KafkaConnectionTest {
    @TempDir
    Path directory;

    private RunningKafka kafka;

    @BeforeEach
    void start() {
        kafka = new RunningKafka(directory);
    }

    @AfterEach
    void stop() {
        kafka.close();
    }

    @Test
    void answersPipelinedRequestsInTheirOrder() throws IOException {
        try (var client = connect()) {
            // given
            create(client, "ordered");
            // when: everything is sent before anything is read; the fetch in the middle waits
            var ids = new int[40];
            for (int i = 0; i < 40; i++) {
                ids[i] = i == 20
                        ? client.send(ApiKeys.FETCH, 12, fetch("ordered", 20, 200))
                        : client.send(ApiKeys.PRODUCE, 9, produce("ordered", 1));
            }
            // then
            for (int i = 0; i < 40; i++) {
                if (i == 20) {
                    var fetched = (FetchResponseData) client.receive(ApiKeys.FETCH, 12, ids[i]);
                    assertThat(fetched.responses().get(0).partitions().get(0).highWatermark())
                            .isEqualTo(20);
                } else {
                    var produced = (ProduceResponseData) client.receive(ApiKeys.PRODUCE, 9, ids[i]);
                    assertThat(offset(produced)).isEqualTo(i < 20 ? i : i - 1);
                }
            }
        }
    }

    @Test
    void readsOnAfterMoreBytesThanItTakesAtOnce() throws IOException {
        try (var client = connect()) {
            // given: 60 MiB in flight, of which a connection may have 16
            create(client, "large");
            int requests = 60;
            var writer = new Thread(() -> {
                try {
                    for (int i = 0; i < requests; i++) {
                        client.send(ApiKeys.PRODUCE, 9, produce("large", 1_000_000));
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            // when
            writer.start();
            // then
            for (int i = 0; i < requests; i++) {
                var produced = (ProduceResponseData) client.receive(ApiKeys.PRODUCE, 9, i + 1);
                assertThat(offset(produced)).isEqualTo(i);
            }
        }
    }

    @Test
    void refusesWhatIsNotBuiltWithAnErrorTheClientUnderstands() throws IOException {
        try (var client = connect()) {
            // when
            var response = (ListTransactionsResponseData)
                    client.call(ApiKeys.LIST_TRANSACTIONS, 1, new ListTransactionsRequestData());
            // then
            assertThat(response.errorCode()).isEqualTo(Errors.UNSUPPORTED_VERSION.code());
        }
    }

    @Test
    void closesConnectionsThatSpeakNoKafka() throws IOException {
        var openings = List.of(
                "AMQP\0\0\t\1".getBytes(US_ASCII),
                "GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII),
                new byte[] {0x16, 3, 1, 0, 100, 1, 0, 0},
                new byte[] {-1, -1, -1, -1},
                new byte[] {0, 0, 0, 1},
                // An honest length, but an API that does not exist.
                ByteBuffer.allocate(12).putInt(8).putShort((short) 999).array(),
                // Metadata with a topic count of two billion.
                ByteBuffer.allocate(18)
                        .putInt(14)
                        .putShort(ApiKeys.METADATA.id)
                        .putShort((short) 1)
                        .putInt(7)
                        .putShort((short) -1)
                        .putInt(Integer.MAX_VALUE)
                        .array());
        for (byte[] opening : openings) {
            try (var client = connect()) {
                // when
                client.sendRaw(opening);
                // then
                assertThat(client.read()).isEqualTo(-1);
            }
        }
        // and others are served on
        try (var client = connect()) {
            client.call(ApiKeys.API_VERSIONS, 0, new ApiVersionsRequestData());
        }
    }

    @Test
    void refusesALargeFirstFrameThatBeginsAsNoRequest() throws IOException {
        try (var client = connect()) {
            // when
            client.sendRaw(ByteBuffer.allocate(8).putInt(1 << 20).putInt(-1).array());
            // then
            assertThat(client.read()).isEqualTo(-1);
        }
    }

    @Test
    void refusesALargeRequestThatCarriesNoRecords() throws IOException {
        try (var client = connect()) {
            // given
            create(client, "large");
            var produced = (ProduceResponseData) client.call(ApiKeys.PRODUCE, 9, produce("large", 17 << 20));
            assertThat(produced.responses()
                            .iterator()
                            .next()
                            .partitionResponses()
                            .get(0)
                            .errorCode())
                    .isEqualTo(Errors.MESSAGE_TOO_LARGE.code());
            // when
            client.sendRaw(ByteBuffer.allocate(8)
                    .putInt(17 << 20)
                    .putShort(ApiKeys.METADATA.id)
                    .putShort((short) 9)
                    .array());
            // then
            assertThat(client.read()).isEqualTo(-1);
        }
    }

    @Test
    void closesTheConnectionOfAnUnansweredProduceThatFails() throws IOException {
        try (var client = connect()) {
            // given
            ProduceRequestData request = produce("no-such-topic", 1).setAcks((short) 0);
            // when
            client.send(ApiKeys.PRODUCE, 9, request);
            // then
            assertThat(client.read()).isEqualTo(-1);
        }
    }

    @Test
    void forgetsTheFetchOfADeadConnection() throws IOException {
        // given
        try (var client = connect()) {
            create(client, "left");
            client.send(ApiKeys.FETCH, 12, fetch("left", 0, 600_000));
        }
        // then
        Awaitility.await().until(() -> kafka.server().admin().connections().isEmpty());
    }

    private RawClient connect() throws IOException {
        return new RawClient(kafka.server().port());
    }

    private static void create(RawClient client, String topic) throws IOException {
        client.call(
                ApiKeys.METADATA,
                4,
                new MetadataRequestData().setTopics(List.of(new MetadataRequestTopic().setName(topic))));
    }

    private static ProduceRequestData produce(String topic, int bytes) {
        var records = MemoryRecords.withRecords(Compression.NONE, new SimpleRecord(new byte[bytes]));
        var request = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(10_000);
        request.topicData()
                .add(new TopicProduceData()
                        .setName(topic)
                        .setPartitionData(List.of(new PartitionProduceData().setRecords(records))));
        return request;
    }

    private static FetchRequestData fetch(String topic, long offset, int waitMillis) {
        return new FetchRequestData()
                .setMaxWaitMs(waitMillis)
                .setMinBytes(1)
                .setMaxBytes(1 << 20)
                .setTopics(List.of(new FetchTopic()
                        .setTopic(topic)
                        .setPartitions(List.of(
                                new FetchPartition().setFetchOffset(offset).setPartitionMaxBytes(1 << 20)))));
    }

    private static long offset(ProduceResponseData response) {
        var partition =
                response.responses().iterator().next().partitionResponses().get(0);
        assertThat(partition.errorCode()).isZero();
        return partition.baseOffset();
    }
}
