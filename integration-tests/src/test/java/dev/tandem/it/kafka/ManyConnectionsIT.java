package dev.tandem.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.it.fixture.BrokerProcess;
import dev.tandem.it.fixture.KafkaFixture;
import dev.tandem.it.fixture.KafkaSocket;
import dev.tandem.it.fixture.ProcessMemory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thousand clients at once; the test needs one thread for all of them. */
class ManyConnectionsIT {
    private static final Logger LOGGER = LoggerFactory.getLogger(ManyConnectionsIT.class);
    private static final int CONNECTIONS = 1_000;
    private static final short PRODUCE_VERSION = 9;

    private final List<KafkaSocket> sockets = new ArrayList<>();

    @Test
    void servesAThousandConnectionsAtOnce(@TempDir Path dataDir) throws Exception {
        try (var broker = BrokerProcess.start(dataDir)) {
            // given
            var kafka = new KafkaFixture(broker.kafkaBootstrap());
            String topic = kafka.createTopic(1);
            var before = ProcessMemory.of(broker.pid());
            for (int number = 0; number < CONNECTIONS; number++) {
                var socket = new KafkaSocket(broker.kafkaBootstrap());
                sockets.add(socket);
                socket.send(ApiKeys.API_VERSIONS, 0, new ApiVersionsRequestData());
            }
            for (var socket : sockets) {
                var versions = socket.receive(ApiVersionsResponseData.class, ApiKeys.API_VERSIONS, 0);
                assertThat(versions.errorCode()).isEqualTo(Errors.NONE.code());
            }
            report(before, ProcessMemory.of(broker.pid()));

            // when
            for (int number = 0; number < CONNECTIONS; number++) {
                sockets.get(number).send(ApiKeys.PRODUCE, PRODUCE_VERSION, produce(topic, "v" + number));
            }
            var offsets = new ArrayList<Long>();
            for (var socket : sockets) {
                var response = socket.receive(ProduceResponseData.class, ApiKeys.PRODUCE, PRODUCE_VERSION);
                var partition = response.responses()
                        .iterator()
                        .next()
                        .partitionResponses()
                        .get(0);
                assertThat(partition.errorCode()).isEqualTo(Errors.NONE.code());
                offsets.add(partition.baseOffset());
            }

            // then
            assertThat(offsets)
                    .containsExactlyInAnyOrderElementsOf(IntStream.range(0, CONNECTIONS)
                            .mapToObj(offset -> (long) offset)
                            .toList());
            assertThat(KafkaFixture.values(kafka.readToEnd(topic, 0)))
                    .containsExactlyInAnyOrderElementsOf(IntStream.range(0, CONNECTIONS)
                            .mapToObj(number -> "v" + number)
                            .toList());
        } finally {
            for (var socket : sockets) {
                socket.close();
            }
        }
    }

    private static void report(ProcessMemory before, ProcessMemory after) {
        LOGGER.info(
                "an idle connection takes {} bytes of heap and {} bytes of all memory",
                (after.heapBytes() - before.heapBytes()) / CONNECTIONS,
                (after.residentBytes() - before.residentBytes()) / CONNECTIONS);
    }

    private static ProduceRequestData produce(String topic, String value) {
        var records =
                MemoryRecords.withRecords(Compression.NONE, new SimpleRecord(value.getBytes(StandardCharsets.UTF_8)));
        var request = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(60_000);
        request.topicData()
                .add(new TopicProduceData()
                        .setName(topic)
                        .setPartitionData(List.of(new PartitionProduceData().setRecords(records))));
        return request;
    }
}
