package dev.tandem.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.kafka.testsupport.RawClient;
import dev.tandem.kafka.testsupport.RunningKafka;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.DescribeProducersRequestData;
import org.apache.kafka.common.message.DescribeProducersRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeProducersResponseData;
import org.apache.kafka.common.message.DescribeProducersResponseData.PartitionResponse;
import org.apache.kafka.common.message.DescribeProducersResponseData.ProducerState;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an idempotent producer that repeats, skips or returns is told, request by request. */
final class IdempotenceTest {
    private static final long PRODUCER = 4711;
    private static final long TIME = 1_700_000_000_000L;

    @TempDir
    Path directory;

    private RunningKafka kafka;
    private RawClient client;

    @BeforeEach
    void start() throws Exception {
        open();
        try (var admin = kafka.admin()) {
            admin.createTopics(List.of(
                            new NewTopic("once", 1, (short) 1),
                            new NewTopic("stamped", 1, (short) 1)
                                    .configs(Map.of("message.timestamp.type", "LogAppendTime"))))
                    .all()
                    .get();
        }
    }

    private void open() throws IOException {
        kafka = new RunningKafka(directory);
        client = new RawClient(kafka.server().port());
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        kafka.close();
    }

    private void restart() throws IOException {
        stop();
        open();
    }

    @Test
    void answersTheLastFiveBatchesWithTheirOffsetsAndTimestampsAlsoAfterARestart() throws IOException {
        // given
        for (int i = 0; i < 7; i++) {
            assertThat(produce("once", 0, 2 * i, 2).baseOffset()).isEqualTo(2 * i);
        }
        for (int run = 0; run < 2; run++) {
            for (int i = 2; i < 7; i++) {
                // when
                PartitionProduceResponse repeated = produce("once", 0, 2 * i, 2);
                // then
                assertThat(repeated.errorCode()).isZero();
                assertThat(repeated.baseOffset()).isEqualTo(2 * i);
                assertThat(repeated.logAppendTimeMs()).isEqualTo(TIME + 2 * i + 1);
                assertThat(repeated.logStartOffset()).isZero();
            }
            assertThat(produce("once", 0, 2, 2).errorCode())
                    .as("a repetition from before the window")
                    .isEqualTo(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER.code());
            restart();
        }
        assertThat(produce("once", 0, 14, 1).baseOffset()).isEqualTo(14);
    }

    @Test
    void aRepetitionKeepsTheTimeThatTheBrokerGave() throws IOException {
        // given
        long given = produce("stamped", 0, 0, 1).logAppendTimeMs();
        assertThat(given).isGreaterThan(TIME);
        // when
        long again = produce("stamped", 0, 0, 1).logAppendTimeMs();
        // then
        assertThat(again).isEqualTo(given);
    }

    @Test
    void aBatchThatIsPartlyARepetitionIsOutOfOrder() throws IOException {
        // given
        produce("once", 0, 0, 4);
        // then
        assertThat(produce("once", 0, 2, 4).errorCode()).isEqualTo(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER.code());
        assertThat(produce("once", 0, 0, 2).errorCode()).isEqualTo(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER.code());
        assertThat(produce("once", 0, 5, 1).errorCode()).isEqualTo(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER.code());
    }

    @Test
    void aNewEpochBeginsAtZeroAndFencesTheOld() throws IOException {
        // given
        produce("once", 3, 0, 1);
        // then
        assertThat(produce("once", 4, 1, 1).errorCode()).isEqualTo(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER.code());
        assertThat(produce("once", 4, 0, 1).baseOffset()).isEqualTo(1);
        assertThat(produce("once", 3, 0, 1).errorCode()).isEqualTo(Errors.INVALID_PRODUCER_EPOCH.code());
        assertThat(produce("once", 3, 1, 1).errorCode()).isEqualTo(Errors.INVALID_PRODUCER_EPOCH.code());
    }

    @Test
    void sequencesWrap() throws IOException {
        // given
        assertThat(produce("once", 0, Integer.MAX_VALUE - 1, 4).baseOffset()).isZero();
        // then
        assertThat(produce("once", 0, 2, 1).baseOffset()).isEqualTo(4);
        assertThat(produce("once", 0, Integer.MAX_VALUE - 1, 4).baseOffset()).isZero();
    }

    @Test
    void describesTheProducersOfAPartition() throws IOException {
        // given
        produce("once", 2, 0, 3);
        // when
        List<PartitionResponse> partitions = describe("once", 0, 1);
        // then
        assertThat(partitions.get(0).errorCode()).isZero();
        assertThat(partitions.get(0).activeProducers())
                .containsExactly(new ProducerState()
                        .setProducerId(PRODUCER)
                        .setProducerEpoch(2)
                        .setLastSequence(2)
                        .setLastTimestamp(TIME + 2)
                        .setCoordinatorEpoch(-1)
                        .setCurrentTxnStartOffset(-1));
        assertThat(partitions.get(1).errorCode()).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
        assertThat(describe("nothing", 0).get(0).errorCode()).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
    }

    private List<PartitionResponse> describe(String topic, Integer... partitions) throws IOException {
        var request = new DescribeProducersRequestData();
        request.topics().add(new TopicRequest().setName(topic).setPartitionIndexes(List.of(partitions)));
        var response = (DescribeProducersResponseData) client.call(ApiKeys.DESCRIBE_PRODUCERS, 0, request);
        return response.topics().get(0).partitions();
    }

    private PartitionProduceResponse produce(String topic, int epoch, int sequence, int count) throws IOException {
        var records = new SimpleRecord[count];
        for (int i = 0; i < count; i++) {
            records[i] = new SimpleRecord(TIME + sequence + i, new byte[] {1});
        }
        var batch = MemoryRecords.withIdempotentRecords(Compression.NONE, PRODUCER, (short) epoch, sequence, records);
        var request = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(1000);
        request.topicData()
                .add(new TopicProduceData()
                        .setName(topic)
                        .setPartitionData(List.of(new PartitionProduceData().setRecords(batch))));
        var response = (ProduceResponseData) client.call(ApiKeys.PRODUCE, 9, request);
        return response.responses().iterator().next().partitionResponses().get(0);
    }
}
