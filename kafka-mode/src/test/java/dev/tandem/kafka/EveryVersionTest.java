package dev.tandem.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.kafka.testsupport.RawClient;
import dev.tandem.kafka.testsupport.RunningKafka;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreatePartitionsResponseData;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.DescribeAclsRequestData;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every version of every API that is served can be asked and answered. */
final class EveryVersionTest {
    private static final String TOPIC = "versions";

    @TempDir
    Path directory;

    private RunningKafka kafka;
    private RawClient client;
    private Uuid topicId;

    @BeforeEach
    void start() throws IOException {
        kafka = new RunningKafka(directory);
        client = new RawClient(kafka.server().port());
        topicId = ((MetadataResponseData) client.call(ApiKeys.METADATA, 12, metadata(TOPIC)))
                .topics()
                .find(TOPIC)
                .topicId();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        kafka.close();
    }

    @Test
    void apiVersions() throws IOException {
        each(
                ApiKeys.API_VERSIONS,
                0,
                5,
                version -> new ApiVersionsRequestData()
                        .setClientSoftwareName("raw")
                        .setClientSoftwareVersion("1"),
                response -> {
                    var versions = (ApiVersionsResponseData) response;
                    assertThat(versions.errorCode()).isZero();
                    // librdkafka (KAFKA-18659)
                    assertThat(versions.apiKeys().find(ApiKeys.PRODUCE.id).minVersion())
                            .isZero();
                    assertThat(versions.apiKeys().find(ApiKeys.FETCH.id).maxVersion())
                            .isEqualTo((short) 18);
                });
    }

    @Test
    void anEmptyRequestInAnyVersionIsAnswered() throws IOException {
        for (var api : kafka.server().apis()) {
            ApiKeys key = ApiKeys.forId(api.key());
            // A produce without acknowledgement has no answer.
            if (api.served() && key != ApiKeys.PRODUCE) {
                each(key, api.minVersion(), api.maxVersion(), version -> request(key), response -> assertThat(
                                response.apiKey())
                        .as(api.name())
                        .isEqualTo(api.key()));
            }
        }
    }

    /** As empty as Kafka's own classes let it be: a filter of unknown kind is none. */
    private static ApiMessage request(ApiKeys key) {
        return key == ApiKeys.DESCRIBE_ACLS
                ? new DescribeAclsRequestData()
                        .setResourceTypeFilter((byte) 1)
                        .setOperation((byte) 1)
                        .setPermissionType((byte) 1)
                : key.messageType.newRequest();
    }

    @Test
    void apiVersionsInAVersionFromTheFuture() throws IOException {
        // given: an empty body that nobody can know
        var frame = new byte[] {0, 18, 0, 99, 0, 0, 0, 0, 0, 0, 0};
        // when
        client.sendBytes(frame);
        var response = (ApiVersionsResponseData) client.receive(ApiKeys.API_VERSIONS, 0, 0);
        // then
        assertThat(response.errorCode()).isEqualTo(Errors.UNSUPPORTED_VERSION.code());
        assertThat(response.apiKeys()).hasSize(1);
        assertThat(response.apiKeys().find(ApiKeys.API_VERSIONS.id).maxVersion())
                .isEqualTo((short) 5);
    }

    @Test
    void metadata() throws IOException {
        each(ApiKeys.METADATA, 0, 13, version -> metadata(TOPIC), response -> {
            var topic = ((MetadataResponseData) response).topics().find(TOPIC);
            assertThat(topic.errorCode()).isZero();
            assertThat(topic.partitions()).hasSize(1);
        });
    }

    @Test
    void metadataById() throws IOException {
        var request = new MetadataRequestData()
                .setTopics(List.of(new MetadataRequestTopic().setName(null).setTopicId(topicId)));
        each(ApiKeys.METADATA, 12, 13, version -> request, response -> {
            var topic = ((MetadataResponseData) response).topics().find(TOPIC);
            assertThat(topic.topicId()).isEqualTo(topicId);
        });
    }

    @Test
    void produceAndFetch() throws IOException {
        var records = MemoryRecords.withRecords(Compression.NONE, new SimpleRecord("value".getBytes(UTF_8)));
        each(
                ApiKeys.PRODUCE,
                3,
                13,
                version -> {
                    var topic = new TopicProduceData()
                            .setPartitionData(List.of(new PartitionProduceData().setRecords(records)));
                    topic = version < 13 ? topic.setName(TOPIC) : topic.setTopicId(topicId);
                    var request = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(1000);
                    request.topicData().add(topic);
                    return request;
                },
                response -> {
                    var topic = ((ProduceResponseData) response)
                            .responses()
                            .iterator()
                            .next();
                    assertThat(topic.partitionResponses().get(0).errorCode()).isZero();
                });
        each(
                ApiKeys.FETCH,
                4,
                18,
                version -> {
                    var topic = new FetchTopic()
                            .setPartitions(List.of(new FetchPartition().setPartitionMaxBytes(1_000_000)));
                    topic = version < 13 ? topic.setTopic(TOPIC) : topic.setTopicId(topicId);
                    return new FetchRequestData()
                            .setMaxBytes(1_000_000)
                            .setSessionEpoch(-1)
                            .setTopics(List.of(topic));
                },
                response -> {
                    var partition = ((FetchResponseData) response)
                            .responses()
                            .get(0)
                            .partitions()
                            .get(0);
                    assertThat(partition.errorCode()).isZero();
                    assertThat(partition.highWatermark()).isEqualTo(11);
                    assertThat(partition.records().sizeInBytes()).isEqualTo(11 * records.sizeInBytes());
                });
    }

    @Test
    void listOffsets() throws IOException {
        each(
                ApiKeys.LIST_OFFSETS,
                1,
                11,
                version -> new ListOffsetsRequestData()
                        .setTopics(List.of(new ListOffsetsTopic()
                                .setName(TOPIC)
                                .setPartitions(List.of(new ListOffsetsPartition().setTimestamp(-1))))),
                response -> {
                    var partition = ((ListOffsetsResponseData) response)
                            .topics()
                            .get(0)
                            .partitions()
                            .get(0);
                    assertThat(partition.errorCode()).isZero();
                    assertThat(partition.offset()).isZero();
                });
    }

    @Test
    void createAndDeleteTopics() throws IOException {
        each(
                ApiKeys.CREATE_TOPICS,
                2,
                7,
                version -> {
                    var request = new CreateTopicsRequestData();
                    request.topics()
                            .add(new CreatableTopic()
                                    .setName("created" + version)
                                    .setNumPartitions(2)
                                    .setReplicationFactor((short) 1));
                    return request;
                },
                response -> assertThat(((CreateTopicsResponseData) response).topics())
                        .allMatch(topic -> topic.errorCode() == 0));
        each(
                ApiKeys.DELETE_TOPICS,
                1,
                6,
                version -> {
                    String name = "created" + (version + 1);
                    return version < 6
                            ? new DeleteTopicsRequestData().setTopicNames(List.of(name))
                            : new DeleteTopicsRequestData().setTopics(List.of(new DeleteTopicState().setName(name)));
                },
                response -> assertThat(((DeleteTopicsResponseData) response).responses())
                        .allMatch(topic -> topic.errorCode() == 0));
    }

    @Test
    void describeConfigs() throws IOException {
        each(
                ApiKeys.DESCRIBE_CONFIGS,
                1,
                4,
                version -> new DescribeConfigsRequestData()
                        .setResources(List.of(new DescribeConfigsResource()
                                .setResourceType((byte) 2)
                                .setResourceName(TOPIC))),
                response -> {
                    var result =
                            ((DescribeConfigsResponseData) response).results().get(0);
                    assertThat(result.errorCode()).isZero();
                    assertThat(result.configs()).isNotEmpty();
                });
    }

    @Test
    void createPartitions() throws IOException {
        each(
                ApiKeys.CREATE_PARTITIONS,
                0,
                3,
                version -> {
                    var request = new CreatePartitionsRequestData();
                    request.topics()
                            .add(new CreatePartitionsTopic()
                                    .setName(TOPIC)
                                    .setCount(version + 2)
                                    .setAssignments(null));
                    return request;
                },
                response -> assertThat(((CreatePartitionsResponseData) response).results())
                        .allMatch(topic -> topic.errorCode() == 0));
    }

    @Test
    void deleteRecords() throws IOException {
        each(
                ApiKeys.DELETE_RECORDS,
                0,
                2,
                version -> new DeleteRecordsRequestData()
                        .setTopics(List.of(new DeleteRecordsTopic()
                                .setName(TOPIC)
                                .setPartitions(List.of(new DeleteRecordsPartition().setOffset(-1))))),
                response -> {
                    var partition = ((DeleteRecordsResponseData) response)
                            .topics()
                            .find(TOPIC)
                            .partitions()
                            .find(0);
                    assertThat(partition.errorCode()).isZero();
                    assertThat(partition.lowWatermark()).isZero();
                });
    }

    @Test
    void describeCluster() throws IOException {
        each(ApiKeys.DESCRIBE_CLUSTER, 0, 2, version -> new DescribeClusterRequestData(), response -> {
            var broker = ((DescribeClusterResponseData) response)
                    .brokers()
                    .iterator()
                    .next();
            assertThat(broker.host()).isEqualTo("127.0.0.1");
            assertThat(broker.port()).isEqualTo(kafka.server().port());
        });
    }

    @Test
    void initProducerId() throws IOException {
        each(
                ApiKeys.INIT_PRODUCER_ID,
                0,
                5,
                version -> new InitProducerIdRequestData().setTransactionalId(null),
                response -> {
                    assertThat(((InitProducerIdResponseData) response).errorCode())
                            .isZero();
                    assertThat(((InitProducerIdResponseData) response).producerId())
                            .isPositive();
                });
    }

    @Test
    void offsetFetchOfAllTopicsOfAGroupThatNobodyKnows() throws IOException {
        each(
                ApiKeys.OFFSET_FETCH,
                8,
                10,
                version -> new OffsetFetchRequestData()
                        .setGroups(List.of(new OffsetFetchRequestGroup()
                                .setGroupId("nobody")
                                .setTopics(null))),
                response -> {
                    var group = ((OffsetFetchResponseData) response).groups().get(0);
                    assertThat(group.errorCode()).isZero();
                    assertThat(group.topics()).isEmpty();
                });
    }

    private static MetadataRequestData metadata(String topic) {
        return new MetadataRequestData().setTopics(List.of(new MetadataRequestTopic().setName(topic)));
    }

    private void each(ApiKeys key, int from, int to, IntFunction<ApiMessage> request, Consumer<ApiMessage> check)
            throws IOException {
        for (int version = from; version <= to; version++) {
            check.accept(client.call(key, version, request.apply(version)));
        }
    }
}
