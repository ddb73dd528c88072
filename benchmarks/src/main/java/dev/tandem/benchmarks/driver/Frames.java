package dev.tandem.benchmarks.driver;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.RequestHeader;

/** The frames that are sent, the same to every broker but for the time; versions that name topics by name. */
final class Frames {
    static final short PRODUCE_VERSION = 12;
    static final short FETCH_VERSION = 12;
    private static final int TIMEOUT_MILLIS = 30_000;
    private static final int CORRELATION_ID = 1;

    private Frames() {}

    /** A Produce of one batch with acks=all. */
    static byte[] produce(String topic, int partition, int recordsPerBatch, byte[] value) {
        // Of today: records of the past would fall to the topic's retention.
        long now = System.currentTimeMillis();
        var records = new SimpleRecord[recordsPerBatch];
        for (int i = 0; i < recordsPerBatch; i++) {
            records[i] = new SimpleRecord(now, value);
        }
        var data = new ProduceRequestData()
                .setAcks((short) -1)
                .setTimeoutMs(TIMEOUT_MILLIS)
                .setTopicData(new ProduceRequestData.TopicProduceDataCollection(
                        List.of(new ProduceRequestData.TopicProduceData()
                                        .setName(topic)
                                        .setPartitionData(List.of(new ProduceRequestData.PartitionProduceData()
                                                .setIndex(partition)
                                                .setRecords(MemoryRecords.withRecords(Compression.NONE, records)))))
                                .iterator()));
        return framed(ApiKeys.PRODUCE, PRODUCE_VERSION, new ProduceRequest(data, PRODUCE_VERSION));
    }

    /** A Fetch of up to so many bytes of one partition, outside of any fetch session. */
    static byte[] fetch(String topic, int partition, long offset, int maxBytes) {
        var data = new FetchRequestData()
                .setMaxWaitMs(500)
                .setMinBytes(1)
                .setMaxBytes(maxBytes)
                .setSessionEpoch(-1)
                .setTopics(List.of(new FetchRequestData.FetchTopic()
                        .setTopic(topic)
                        .setPartitions(List.of(new FetchRequestData.FetchPartition()
                                .setPartition(partition)
                                .setFetchOffset(offset)
                                .setPartitionMaxBytes(maxBytes)))));
        return framed(ApiKeys.FETCH, FETCH_VERSION, new FetchRequest(data, FETCH_VERSION));
    }

    private static byte[] framed(ApiKeys api, short version, AbstractRequest request) {
        ByteBuffer bytes =
                request.serializeWithHeader(new RequestHeader(api, version, "tandem-benchmarks", CORRELATION_ID));
        return ByteBuffer.allocate(Integer.BYTES + bytes.remaining())
                .putInt(bytes.remaining())
                .put(bytes)
                .array();
    }
}
