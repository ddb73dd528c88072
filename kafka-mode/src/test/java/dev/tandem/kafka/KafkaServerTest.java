package dev.tandem.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.kafka.testsupport.RawClient;
import dev.tandem.kafka.testsupport.RunningKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KafkaServerTest {
    @TempDir
    Path directory;

    @Test
    void answersAWaitingFetchBeforeItStops() throws Exception {
        try (var kafka = new RunningKafka(directory);
                var client = new RawClient(kafka.server().port())) {
            // given
            client.call(ApiKeys.METADATA, 4, metadata("stopped"));
            int waiting = client.send(
                    ApiKeys.FETCH,
                    12,
                    new FetchRequestData()
                            .setMaxWaitMs(600_000)
                            .setMinBytes(1)
                            .setTopics(List.of(new FetchTopic()
                                    .setTopic("stopped")
                                    .setPartitions(List.of(new FetchPartition().setPartitionMaxBytes(1000))))));
            Awaitility.await().until(() -> kafka.server().admin().counters().requests() == 2);
            // when
            var stopped = kafka.server().stop();
            // then
            var response = (FetchResponseData) client.receive(ApiKeys.FETCH, 12, waiting);
            assertThat(response.responses().get(0).partitions().get(0).errorCode())
                    .isZero();
            assertThat(client.read()).isEqualTo(-1);
            stopped.toCompletionStage().toCompletableFuture().get();
        }
    }

    @Test
    void servesClientsThatLivedThroughARestart() throws Exception {
        // given
        var kafka = new RunningKafka(directory);
        int port = kafka.server().port();
        var partition = new TopicPartition("lived", 0);
        try (var producer = kafka.producer(Map.of());
                var consumer = kafka.consumer(Map.of("auto.offset.reset", "earliest"))) {
            producer.send(new ProducerRecord<>("lived", "before")).get();
            consumer.assign(List.of(partition));
            assertThat(poll(consumer, 1)).containsExactly("before");
            // when
            kafka.close();
            kafka = new RunningKafka(directory, KafkaConfig.defaults().withPort(port));
            producer.send(new ProducerRecord<>("lived", "after")).get();
            // then
            assertThat(poll(consumer, 1)).containsExactly("after");
        } finally {
            kafka.close();
        }
    }

    @Test
    void advertisesWhatItIsTold() throws Exception {
        // given
        var defaults = KafkaConfig.defaults();
        var config = new KafkaConfig(
                0,
                java.util.Optional.of("[2001:db8::1]:19092"),
                defaults.numPartitions(),
                defaults.autoCreateTopics(),
                defaults.messageMaxBytes(),
                defaults.decompressedMaxBytes(),
                defaults.requestMaxBytes(),
                defaults.maxInFlightBytesPerConnection(),
                defaults.fetchMaxBytes(),
                defaults.connectionMaxIdle(),
                defaults.maxConnections(),
                defaults.producerIdExpiration(),
                defaults.groupInitialRebalanceDelay(),
                defaults.groupHeartbeatInterval(),
                defaults.offsetsRetention(),
                defaults.offsetsRetentionCheckInterval());
        try (var kafka = new RunningKafka(directory, config);
                var client = new RawClient(kafka.server().port())) {
            // when
            var response = (MetadataResponseData) client.call(ApiKeys.METADATA, 1, metadata("any"));
            // then
            var broker = response.brokers().iterator().next();
            assertThat(broker.host()).isEqualTo("2001:db8::1");
            assertThat(broker.port()).isEqualTo(19_092);
        }
    }

    @Test
    void answersARepeatedBatchWithItsFirstOffsetAndAGapWithAnError() throws Exception {
        try (var kafka = new RunningKafka(directory);
                var client = new RawClient(kafka.server().port())) {
            // given
            client.call(ApiKeys.METADATA, 4, metadata("once"));
            assertThat(produce(client, (short) 0, 0).baseOffset()).isZero();
            assertThat(produce(client, (short) 0, 1).baseOffset()).isEqualTo(1);
            // when
            PartitionProduceResponse repeated = produce(client, (short) 0, 0);
            PartitionProduceResponse gap = produce(client, (short) 0, 3);
            PartitionProduceResponse next = produce(client, (short) 1, 0);
            PartitionProduceResponse fenced = produce(client, (short) 0, 2);
            // then
            assertThat(repeated.errorCode()).isZero();
            assertThat(repeated.baseOffset()).isZero();
            assertThat(gap.errorCode()).isEqualTo(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER.code());
            assertThat(next.baseOffset()).isEqualTo(2);
            assertThat(fenced.errorCode()).isEqualTo(Errors.INVALID_PRODUCER_EPOCH.code());
        }
    }

    @Test
    void refusesConnectionsPastTheirLimit() throws Exception {
        // given
        var defaults = KafkaConfig.defaults();
        var config = new KafkaConfig(
                0,
                defaults.advertised(),
                defaults.numPartitions(),
                defaults.autoCreateTopics(),
                defaults.messageMaxBytes(),
                defaults.decompressedMaxBytes(),
                defaults.requestMaxBytes(),
                defaults.maxInFlightBytesPerConnection(),
                defaults.fetchMaxBytes(),
                defaults.connectionMaxIdle(),
                1,
                defaults.producerIdExpiration(),
                defaults.groupInitialRebalanceDelay(),
                defaults.groupHeartbeatInterval(),
                defaults.offsetsRetention(),
                defaults.offsetsRetentionCheckInterval());
        try (var kafka = new RunningKafka(directory, config);
                var first = new RawClient(kafka.server().port())) {
            first.call(ApiKeys.METADATA, 4, metadata("one"));
            // when
            try (var second = new RawClient(kafka.server().port())) {
                // then
                assertThat(second.read()).isEqualTo(-1);
            }
            first.call(ApiKeys.METADATA, 4, metadata("one"));
        }
    }

    private static List<String> poll(
            org.apache.kafka.clients.consumer.KafkaConsumer<String, String> consumer, int count) {
        var values = new ArrayList<String>();
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (values.size() < count && System.nanoTime() < deadline) {
            consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
        }
        return values;
    }

    private static PartitionProduceResponse produce(RawClient client, short epoch, int sequence) throws Exception {
        var records = MemoryRecords.withIdempotentRecords(
                Compression.NONE, 4711, epoch, sequence, new SimpleRecord(new byte[] {1}));
        var request = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(1000);
        request.topicData()
                .add(new TopicProduceData()
                        .setName("once")
                        .setPartitionData(List.of(new PartitionProduceData().setRecords(records))));
        var response = (ProduceResponseData) client.call(ApiKeys.PRODUCE, 9, request);
        return response.responses().iterator().next().partitionResponses().get(0);
    }

    private static MetadataRequestData metadata(String topic) {
        return new MetadataRequestData().setTopics(List.of(new MetadataRequestTopic().setName(topic)));
    }
}
