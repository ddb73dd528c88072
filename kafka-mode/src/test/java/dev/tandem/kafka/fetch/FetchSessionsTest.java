package dev.tandem.kafka.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.errors.FetchSessionIdNotFoundException;
import org.apache.kafka.common.errors.FetchSessionTopicIdException;
import org.apache.kafka.common.errors.InvalidFetchSessionEpochException;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchRequestData.ForgottenTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;

final class FetchSessionsTest {
    private static final Uuid TOPIC = new Uuid(1, 1);
    private static final MemoryRecords RECORDS =
            MemoryRecords.withRecords(Compression.NONE, new SimpleRecord(new byte[100]));

    private final FetchSessions sessions = new FetchSessions(new SplittableRandom(7));

    @Test
    void opensASessionForAFullFetchThatAsksForOne() {
        // when
        int id = open(0, 1, 2);
        // then
        assertThat(id).isPositive();
        assertThat(sessions.size()).isEqualTo(1);
    }

    @Test
    void opensNoneForAFetchThatWantsNone() {
        // given
        var scope = sessions.scopeOf(request(0, -1, 0, 1), true);
        // when
        FetchResponseData answer = scope.answer(found(scope, 5));
        // then
        assertThat(answer.sessionId()).isZero();
        assertThat(answer.responses()).hasSize(1);
        assertThat(sessions.size()).isZero();
    }

    @Test
    void tellsOnlyWhatIsNew() {
        // given
        int id = open(0, 1, 2);
        var scope = sessions.scopeOf(request(id, 1), true);
        assertThat(partitions(scope)).containsExactly(0, 1, 2);
        FetchResponseData found = found(scope, 5);
        partition(found, 1).setHighWatermark(6);
        // when
        FetchResponseData answer = scope.answer(found);
        // then
        assertThat(answer.sessionId()).isEqualTo(id);
        assertThat(told(answer)).containsExactly(1);
    }

    @Test
    void looksLastNextTimeAtThePartitionThatGaveRecords() {
        // given
        int id = open(0, 1, 2);
        var scope = sessions.scopeOf(request(id, 1), true);
        FetchResponseData found = found(scope, 5);
        partition(found, 0).setRecords(RECORDS);
        // when
        FetchResponseData answer = scope.answer(found);
        // then
        assertThat(told(answer)).containsExactly(0);
        assertThat(partitions(sessions.scopeOf(request(id, 2), true))).containsExactly(1, 2, 0);
    }

    @Test
    void addsAndForgetsPartitions() {
        // given
        int id = open(0, 1);
        var request = request(id, 1, 7);
        request.setForgottenTopicsData(
                List.of(new ForgottenTopic().setTopicId(TOPIC).setPartitions(List.of(0))));
        // when
        var scope = sessions.scopeOf(request, true);
        // then
        assertThat(partitions(scope)).containsExactly(1, 7);
        assertThat(told(scope.answer(found(scope, 5)))).containsExactly(7);
    }

    @Test
    void tellsAnErrorEveryTimeAndTheWatermarkAfterIt() {
        // given
        int id = open(0);
        for (int epoch = 1; epoch <= 2; epoch++) {
            var scope = sessions.scopeOf(request(id, epoch), true);
            FetchResponseData found = found(scope, 5);
            partition(found, 0).setErrorCode(Errors.KAFKA_STORAGE_ERROR.code());
            assertThat(told(scope.answer(found))).containsExactly(0);
        }
        // when
        var scope = sessions.scopeOf(request(id, 3), true);
        // then
        assertThat(told(scope.answer(found(scope, 5)))).containsExactly(0);
    }

    @Test
    void refusesAnUnknownSessionAWrongEpochAndAnotherWayToNameTopics() {
        // given
        int id = open(0);
        // then
        assertThatThrownBy(() -> sessions.scopeOf(request(id + 1, 1), true))
                .isInstanceOf(FetchSessionIdNotFoundException.class);
        assertThatThrownBy(() -> sessions.scopeOf(request(id, 2), true))
                .isInstanceOf(InvalidFetchSessionEpochException.class);
        assertThatThrownBy(() -> sessions.scopeOf(request(id, 1), false))
                .isInstanceOf(FetchSessionTopicIdException.class);
    }

    @Test
    void closesTheSessionThatAFullFetchNames() {
        // given
        int id = open(0);
        // when
        sessions.scopeOf(request(id, -1, 0), true);
        // then
        assertThat(sessions.size()).isZero();
    }

    @Test
    void endsASessionWithoutPartitions() {
        // given
        int id = open(0);
        var request = request(id, 1);
        request.setForgottenTopicsData(
                List.of(new ForgottenTopic().setTopicId(TOPIC).setPartitions(List.of(0))));
        // when
        sessions.scopeOf(request, true);
        // then
        assertThat(sessions.size()).isZero();
    }

    @Test
    void givesTheSessionUnusedLongestUpForANewOne() {
        // given
        int first = open(0);
        int second = open(0);
        for (int i = 2; i < FetchSessions.MAX_SESSIONS; i++) {
            open(0);
        }
        sessions.scopeOf(request(first, 1), true);
        // when
        open(0);
        // then
        assertThat(sessions.size()).isEqualTo(FetchSessions.MAX_SESSIONS);
        assertThat(partitions(sessions.scopeOf(request(first, 2), true))).containsExactly(0);
        assertThatThrownBy(() -> sessions.scopeOf(request(second, 1), true))
                .isInstanceOf(FetchSessionIdNotFoundException.class);
    }

    @Test
    void boundsThePartitionsOfAllSessions() {
        // given
        int[] many = new int[FetchSessions.MAX_PARTITIONS / 2 + 1];
        Arrays.setAll(many, i -> i);
        int first = open(many);
        // when
        open(many);
        // then
        assertThat(sessions.size()).isEqualTo(1);
        assertThatThrownBy(() -> sessions.scopeOf(request(first, 1), true))
                .isInstanceOf(FetchSessionIdNotFoundException.class);
    }

    private int open(int... partitions) {
        var scope = sessions.scopeOf(request(0, 0, partitions), true);
        return scope.answer(found(scope, 5)).sessionId();
    }

    private static FetchRequestData request(int sessionId, int epoch, int... partitions) {
        var request = new FetchRequestData().setSessionId(sessionId).setSessionEpoch(epoch);
        if (partitions.length > 0) {
            request.setTopics(List.of(new FetchTopic()
                    .setTopicId(TOPIC)
                    .setPartitions(Arrays.stream(partitions)
                            .mapToObj(index -> new FetchPartition().setPartition(index))
                            .toList())));
        }
        return request;
    }

    /** An answer without records for everything in a scope. */
    private static FetchResponseData found(FetchScope scope, long highWatermark) {
        var found = new FetchResponseData();
        for (FetchTopic topic : scope.topics()) {
            var answer =
                    new FetchableTopicResponse().setTopicId(topic.topicId()).setTopic(topic.topic());
            topic.partitions().forEach(asked -> answer.partitions()
                    .add(new PartitionData()
                            .setPartitionIndex(asked.partition())
                            .setHighWatermark(highWatermark)
                            .setLogStartOffset(0)
                            .setRecords(MemoryRecords.EMPTY)));
            found.responses().add(answer);
        }
        return found;
    }

    private static PartitionData partition(FetchResponseData found, int index) {
        return found.responses().stream()
                .flatMap(topic -> topic.partitions().stream())
                .filter(partition -> partition.partitionIndex() == index)
                .findFirst()
                .orElseThrow();
    }

    private static List<Integer> partitions(FetchScope scope) {
        var indexes = new ArrayList<Integer>();
        scope.topics().forEach(topic -> topic.partitions().forEach(asked -> indexes.add(asked.partition())));
        return indexes;
    }

    private static List<Integer> told(FetchResponseData answer) {
        return answer.responses().stream()
                .flatMap(topic -> topic.partitions().stream())
                .map(PartitionData::partitionIndex)
                .toList();
    }
}
