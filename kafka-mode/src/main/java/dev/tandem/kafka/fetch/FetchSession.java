package dev.tandem.kafka.fetch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchRequestData.ForgottenTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FetchResponse;

/** The partitions that one client fetches again and again, and what it last heard of each. Guarded by its own lock. */
final class FetchSession {
    private final int id;
    private final boolean byTopicId;
    private final LinkedHashMap<Key, Watched> partitions = new LinkedHashMap<>();
    /** The epoch that the next incremental request must carry. */
    private int nextEpoch = 1;

    FetchSession(int id, boolean byTopicId) {
        this.id = id;
        this.byTopicId = byTopicId;
    }

    int id() {
        return id;
    }

    synchronized int size() {
        return partitions.size();
    }

    /** Notes what a full fetch asked and was told; its answer opens the session. */
    synchronized void open(List<FetchTopic> asked, FetchResponseData told) {
        change(asked, List.of());
        for (FetchableTopicResponse topic : told.responses()) {
            for (PartitionData partition : topic.partitions()) {
                Watched watched = partitions.get(new Key(topic.topicId(), topic.topic(), partition.partitionIndex()));
                if (watched != null) {
                    watched.isNews(partition);
                }
            }
        }
    }

    /**
     * Takes up an incremental request.
     *
     * @return why it must be refused, or {@link Errors#NONE}
     */
    synchronized Errors advance(
            int epoch, boolean requestByTopicId, List<FetchTopic> added, List<ForgottenTopic> gone) {
        if (epoch != nextEpoch) {
            return Errors.INVALID_FETCH_SESSION_EPOCH;
        }
        if (requestByTopicId != byTopicId) {
            return Errors.FETCH_SESSION_TOPIC_ID_ERROR;
        }
        nextEpoch = nextEpoch == Integer.MAX_VALUE ? 1 : nextEpoch + 1;
        change(added, gone);
        return Errors.NONE;
    }

    private void change(List<FetchTopic> added, List<ForgottenTopic> gone) {
        for (FetchTopic topic : added) {
            for (FetchPartition partition : topic.partitions()) {
                var key = new Key(topic.topicId(), topic.topic(), partition.partition());
                partitions.computeIfAbsent(key, ignored -> new Watched()).asked = partition;
            }
        }
        for (ForgottenTopic topic : gone) {
            for (int partition : topic.partitions()) {
                partitions.remove(new Key(topic.topicId(), topic.topic(), partition));
            }
        }
    }

    /** Every partition of the session, in the order in which they share an answer; neighbours of a topic together. */
    synchronized List<FetchTopic> topics() {
        var topics = new ArrayList<FetchTopic>();
        partitions.forEach((key, watched) -> {
            FetchTopic last = topics.isEmpty() ? null : topics.get(topics.size() - 1);
            if (last == null || !key.isOf(last)) {
                last = new FetchTopic().setTopicId(key.topicId).setTopic(key.topic);
                topics.add(last);
            }
            last.partitions().add(watched.asked);
        });
        return topics;
    }

    /** Drops what the client knows already. Partitions that gave records go to the end: others are first next time. */
    synchronized FetchResponseData onlyNews(FetchResponseData found) {
        var answer = new FetchResponseData()
                .setErrorCode(found.errorCode())
                .setThrottleTimeMs(found.throttleTimeMs())
                .setSessionId(id);
        for (FetchableTopicResponse topic : found.responses()) {
            var news = new ArrayList<PartitionData>();
            for (PartitionData partition : topic.partitions()) {
                var key = new Key(topic.topicId(), topic.topic(), partition.partitionIndex());
                Watched watched = partitions.get(key);
                if (watched != null && watched.isNews(partition)) {
                    news.add(partition);
                    if (hasRecords(partition)) {
                        partitions.remove(key);
                        partitions.put(key, watched);
                    }
                }
            }
            if (!news.isEmpty()) {
                answer.responses()
                        .add(new FetchableTopicResponse()
                                .setTopic(topic.topic())
                                .setTopicId(topic.topicId())
                                .setPartitions(news));
            }
        }
        return answer;
    }

    private static boolean hasRecords(PartitionData found) {
        return found.records() != null && found.records().sizeInBytes() > 0;
    }

    private record Key(Uuid topicId, String topic, int partition) {
        boolean isOf(FetchTopic other) {
            return topicId.equals(other.topicId()) && topic.equals(other.topic());
        }
    }

    /** One partition: what is asked of it and what was last told. */
    private static final class Watched {
        private FetchPartition asked = new FetchPartition();
        private long highWatermark = -1;
        private long logStartOffset = -1;

        /** Whether an answer holds anything that the client does not know; takes it as told. */
        boolean isNews(PartitionData found) {
            boolean news = found.errorCode() != Errors.NONE.code()
                    || hasRecords(found)
                    || FetchResponse.isDivergingEpoch(found)
                    || found.highWatermark() != highWatermark
                    || found.logStartOffset() != logStartOffset;
            // After an error the client must hear the watermarks again.
            highWatermark = found.errorCode() == Errors.NONE.code() ? found.highWatermark() : -1;
            logStartOffset = found.errorCode() == Errors.NONE.code() ? found.logStartOffset() : -1;
            return news;
        }
    }
}
