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
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.BatchIndexAndErrorMessage;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Produce requests that Kafka's own producer does not send, or not on demand. */
final class ProduceTest {
    @TempDir
    Path directory;

    private RunningKafka kafka;
    private RawClient client;

    @BeforeEach
    void start() throws Exception {
        kafka = new RunningKafka(directory);
        client = new RawClient(kafka.server().port());
        try (var admin = kafka.admin()) {
            admin.createTopics(List.of(
                            new NewTopic("stamped", 2, (short) 1)
                                    .configs(Map.of("message.timestamp.type", "LogAppendTime")),
                            new NewTopic("compacted", 1, (short) 1).configs(Map.of("cleanup.policy", "compact"))))
                    .all()
                    .get();
        }
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        kafka.close();
    }

    @Test
    void stampsEveryPartitionAlsoWhenAnotherUnpacksToMoreThanExpected() throws IOException {
        // given: the first is checked on the event loop, the second is found to be too large for that
        var small = MemoryRecords.withRecords(Compression.NONE, new SimpleRecord(1, new byte[] {1}));
        var large = MemoryRecords.withRecords(Compression.gzip().build(), new SimpleRecord(1, new byte[500_000]));
        assertThat(large.sizeInBytes()).isLessThan(4 << 10);
        // when
        List<PartitionProduceResponse> answers = produce("stamped", small, large);
        // then
        assertThat(answers)
                .extracting(PartitionProduceResponse::errorCode)
                .containsExactly(Errors.NONE.code(), Errors.NONE.code());
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.logAppendTimeMs()).isGreaterThan(1));
    }

    @Test
    void namesTheRecordsAtFault() throws IOException {
        // given
        var records = MemoryRecords.withRecords(
                Compression.NONE,
                new SimpleRecord(new byte[] {1}),
                new SimpleRecord(new byte[] {1}, new byte[] {1}),
                new SimpleRecord(new byte[] {1}));
        // when
        PartitionProduceResponse answer = produce("compacted", records).get(0);
        // then
        assertThat(answer.errorCode()).isEqualTo(Errors.INVALID_RECORD.code());
        assertThat(answer.errorMessage()).startsWith("One or more records have been rejected due to 2 record errors");
        assertThat(answer.recordErrors())
                .extracting(BatchIndexAndErrorMessage::batchIndex)
                .containsExactly(0, 2);
        assertThat(answer.recordErrors())
                .extracting(BatchIndexAndErrorMessage::batchIndexErrorMessage)
                .containsOnly("Compacted topic cannot accept message without key in topic partition compacted-0.");
        assertThat(answer.baseOffset()).isEqualTo(-1);
    }

    @Test
    void endsTheConnectionWhenKafkasClassCannotMakeTheAnswer() throws IOException {
        // given: transactions are refused with an answer to each partition, which wants to know the size of the records
        ProduceRequestData request =
                request("compacted", new BaseRecords[] {null}).setTransactionalId("transaction");
        // when
        client.send(ApiKeys.PRODUCE, 9, request);
        // then
        assertThat(client.read()).isEqualTo(-1);
    }

    private List<PartitionProduceResponse> produce(String topic, BaseRecords... records) throws IOException {
        var response = (ProduceResponseData) client.call(ApiKeys.PRODUCE, 9, request(topic, records));
        return response.responses().iterator().next().partitionResponses();
    }

    private static ProduceRequestData request(String topic, BaseRecords... records) {
        var data = new TopicProduceData().setName(topic);
        for (int i = 0; i < records.length; i++) {
            data.partitionData().add(new PartitionProduceData().setIndex(i).setRecords(records[i]));
        }
        var request = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(1000);
        request.topicData().add(data);
        return request;
    }
}
