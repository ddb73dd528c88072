package dev.tandem.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.kafka.testsupport.RawClient;
import dev.tandem.kafka.testsupport.RunningKafka;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.EpochEndOffset;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.ListOffsetsRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log whose records were appended by three starts of the broker: two, none, then three records; one more start reads. */
final class LeaderEpochTest {
    private static final String TOPIC = "epochs";

    @TempDir
    Path directory;

    private RunningKafka kafka;
    private RawClient client;
    private int first;
    private int third;
    private int current;

    @BeforeEach
    void writeOverStarts() throws IOException {
        start();
        client.call(
                ApiKeys.METADATA,
                4,
                new MetadataRequestData().setTopics(List.of(new MetadataRequestTopic().setName(TOPIC))));
        first = kafka.storage().leaderEpoch();
        produce(2);
        restart();
        restart();
        third = kafka.storage().leaderEpoch();
        produce(3);
        restart();
        current = kafka.storage().leaderEpoch();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        kafka.close();
    }

    private void start() throws IOException {
        kafka = new RunningKafka(directory);
        client = new RawClient(kafka.server().port());
    }

    private void restart() throws IOException {
        stop();
        start();
    }

    @Test
    void tellsWhereEveryEpochEnds() throws IOException {
        for (int version = 2; version <= 4; version++) {
            assertThat(endOf(version, 0, first, -1)).isEqualTo(end(first, 2));
            assertThat(endOf(version, 0, third - 1, -1)).as("appended nothing").isEqualTo(end(first, 2));
            assertThat(endOf(version, 0, third, current)).isEqualTo(end(third, 5));
            assertThat(endOf(version, 0, current, current)).isEqualTo(end(current, 5));
        }
    }

    @Test
    void answersWithoutAnEndForAnEpochThatIsNotKnown() throws IOException {
        assertThat(endOf(4, 0, current + 1, current)).isEqualTo(end(-1, -1));
        assertThat(endOf(4, 0, -1, current)).isEqualTo(end(-1, -1));
    }

    @Test
    void fencesWhoBelievesInAnotherLeader() throws IOException {
        assertThat(endOf(4, 0, first, current - 1).errorCode()).isEqualTo(Errors.FENCED_LEADER_EPOCH.code());
        assertThat(endOf(4, 0, first, current + 1).errorCode()).isEqualTo(Errors.UNKNOWN_LEADER_EPOCH.code());
        assertThat(endOf(4, 7, first, -1).errorCode()).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
        assertThat(fetch(0, current - 1, -1).errorCode()).isEqualTo(Errors.FENCED_LEADER_EPOCH.code());
        assertThat(fetch(0, current + 1, -1).errorCode()).isEqualTo(Errors.UNKNOWN_LEADER_EPOCH.code());
        assertThat(list(11, -1, current - 1).errorCode()).isEqualTo(Errors.FENCED_LEADER_EPOCH.code());
        assertThat(list(11, -1, current + 1).errorCode()).isEqualTo(Errors.UNKNOWN_LEADER_EPOCH.code());
    }

    @Test
    void listsOffsetsWithTheEpochOfTheirRecords() throws IOException {
        assertThat(list(11, ListOffsetsRequest.EARLIEST_TIMESTAMP, current).leaderEpoch())
                .isEqualTo(first);
        assertThat(list(11, ListOffsetsRequest.EARLIEST_LOCAL_TIMESTAMP, current)
                        .leaderEpoch())
                .isEqualTo(first);
        assertThat(list(11, ListOffsetsRequest.LATEST_TIMESTAMP, current).leaderEpoch())
                .isEqualTo(current);
        assertThat(list(11, ListOffsetsRequest.MAX_TIMESTAMP, current).leaderEpoch())
                .isEqualTo(third);
        assertThat(list(11, 0, -1).leaderEpoch()).isEqualTo(first);
        assertThat(list(3, ListOffsetsRequest.EARLIEST_TIMESTAMP, -1).leaderEpoch())
                .as("before the field")
                .isEqualTo(-1);
    }

    @Test
    void refusesSpecialTimestampsOfLaterVersions() throws IOException {
        assertThat(list(6, ListOffsetsRequest.MAX_TIMESTAMP, -1).errorCode())
                .isEqualTo(Errors.UNSUPPORTED_VERSION.code());
        assertThat(list(10, ListOffsetsRequest.EARLIEST_PENDING_UPLOAD_TIMESTAMP, -1)
                        .errorCode())
                .isEqualTo(Errors.UNSUPPORTED_VERSION.code());
        assertThat(list(11, -7, -1).errorCode()).isEqualTo(Errors.UNSUPPORTED_VERSION.code());
    }

    @Test
    void refusesAPartitionThatIsAskedTwice() throws IOException {
        // given
        var twice = new ListOffsetsPartition().setTimestamp(-1);
        var request = new ListOffsetsRequestData()
                .setTopics(List.of(
                        new ListOffsetsTopic().setName(TOPIC).setPartitions(List.of(twice, twice.duplicate()))));
        // when
        var response = (ListOffsetsResponseData) client.call(ApiKeys.LIST_OFFSETS, 8, request);
        // then
        assertThat(response.topics().get(0).partitions())
                .extracting(ListOffsetsPartitionResponse::errorCode)
                .containsExactly(Errors.INVALID_REQUEST.code(), Errors.INVALID_REQUEST.code());
    }

    @Test
    void tellsAReplicaWhereItsLogDiverges() throws IOException {
        // when
        PartitionData diverged = fetch(4, current, first);
        // then
        assertThat(diverged.errorCode()).isZero();
        assertThat(diverged.divergingEpoch().epoch()).isEqualTo(first);
        assertThat(diverged.divergingEpoch().endOffset()).isEqualTo(2);
        assertThat(diverged.records().sizeInBytes()).isZero();
        // when
        PartitionData same = fetch(4, current, third);
        // then
        assertThat(same.divergingEpoch().endOffset()).isEqualTo(-1);
        assertThat(same.records().sizeInBytes()).isPositive();
        assertThat(fetch(4, current, current + 1).errorCode()).isEqualTo(Errors.OFFSET_OUT_OF_RANGE.code());
    }

    private static EpochEndOffset end(int epoch, long offset) {
        return new EpochEndOffset().setLeaderEpoch(epoch).setEndOffset(offset);
    }

    private EpochEndOffset endOf(int version, int partition, int epoch, int believed) throws IOException {
        var request = new OffsetForLeaderEpochRequestData();
        request.topics()
                .add(new OffsetForLeaderTopic()
                        .setTopic(TOPIC)
                        .setPartitions(List.of(new OffsetForLeaderPartition()
                                .setPartition(partition)
                                .setLeaderEpoch(epoch)
                                .setCurrentLeaderEpoch(believed))));
        var response =
                (OffsetForLeaderEpochResponseData) client.call(ApiKeys.OFFSET_FOR_LEADER_EPOCH, version, request);
        return response.topics().find(TOPIC).partitions().get(0);
    }

    private ListOffsetsPartitionResponse list(int version, long timestamp, int believed) throws IOException {
        var request = new ListOffsetsRequestData()
                .setTopics(List.of(new ListOffsetsTopic()
                        .setName(TOPIC)
                        .setPartitions(List.of(new ListOffsetsPartition()
                                .setTimestamp(timestamp)
                                .setCurrentLeaderEpoch(believed)))));
        var response = (ListOffsetsResponseData) client.call(ApiKeys.LIST_OFFSETS, version, request);
        return response.topics().get(0).partitions().get(0);
    }

    private PartitionData fetch(long offset, int believed, int lastFetched) throws IOException {
        var request = new FetchRequestData()
                .setMaxBytes(1_000_000)
                .setMinBytes(1)
                .setMaxWaitMs(600_000)
                .setTopics(List.of(new FetchTopic()
                        .setTopic(TOPIC)
                        .setPartitions(List.of(new FetchPartition()
                                .setFetchOffset(offset)
                                .setCurrentLeaderEpoch(believed)
                                .setLastFetchedEpoch(lastFetched)
                                .setPartitionMaxBytes(1_000_000)))));
        var response = (FetchResponseData) client.call(ApiKeys.FETCH, 12, request);
        return response.responses().get(0).partitions().get(0);
    }

    private void produce(int records) throws IOException {
        for (int i = 0; i < records; i++) {
            var request = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(1000);
            request.topicData()
                    .add(new TopicProduceData()
                            .setName(TOPIC)
                            .setPartitionData(List.of(new PartitionProduceData()
                                    .setRecords(MemoryRecords.withRecords(
                                            Compression.NONE, new SimpleRecord(i + 1L, new byte[] {1}))))));
            client.call(ApiKeys.PRODUCE, 9, request);
        }
    }
}
