package dev.tandem.benchmarks.driver;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.requests.ProduceResponse;
import org.apache.kafka.common.requests.ResponseHeader;

/**
 * Produces and fetches batches of one topic, a partition a connection.
 *
 * @param recordsPerBatch records of a batch
 * @param recordSize bytes of a record's value
 * @param connections each with a partition of its own
 */
public record RecordedFrames(String bootstrap, String topic, int recordsPerBatch, int recordSize, int connections) {
    /** As many as a producer of Kafka's has unanswered. */
    private static final int WINDOW = 5;

    private static final int FETCH_BYTES = 1 << 20;

    private interface Work {
        void run(int partition) throws IOException;
    }

    /** Batches a second that are acknowledged. */
    public double produce(int batches) {
        int each = batches / connections;
        return each * connections / seconds(partition -> produce(partition, each));
    }

    /** Batches a second that arrive, of the so many that all partitions hold together. */
    public double fetch(int batches) {
        int each = batches / connections;
        return each * connections / seconds(partition -> fetch(partition, each));
    }

    private double seconds(Work work) {
        ExecutorService threads = Executors.newFixedThreadPool(connections);
        try {
            long start = System.nanoTime();
            var running = new ArrayList<CompletableFuture<Void>>();
            for (int i = 0; i < connections; i++) {
                int partition = i;
                running.add(CompletableFuture.runAsync(
                        () -> {
                            try {
                                work.run(partition);
                            } catch (IOException e) {
                                throw new CompletionException(e);
                            }
                        },
                        threads));
            }
            running.forEach(CompletableFuture::join);
            return (System.nanoTime() - start) / 1e9;
        } finally {
            threads.shutdownNow();
        }
    }

    private void produce(int partition, int batches) throws IOException {
        byte[] frame = Frames.produce(topic, partition, recordsPerBatch, payload());
        try (var connection = new FrameConnection(bootstrap)) {
            int sent = 0;
            for (int answered = 0; answered < batches; answered++) {
                while (sent < batches && sent - answered < WINDOW) {
                    connection.send(frame);
                    sent++;
                }
                requireStored(connection.receive());
            }
        }
    }

    private static void requireStored(ByteBuffer answer) {
        ResponseHeader.parse(answer, ApiKeys.PRODUCE.responseHeaderVersion(Frames.PRODUCE_VERSION));
        var response = ProduceResponse.parse(new ByteBufferAccessor(answer), Frames.PRODUCE_VERSION);
        for (var responses : response.data().responses()) {
            for (var partition : responses.partitionResponses()) {
                Errors.forCode(partition.errorCode()).maybeThrow();
            }
        }
    }

    private void fetch(int partition, int batches) throws IOException {
        long end = (long) batches * recordsPerBatch;
        try (var connection = new FrameConnection(bootstrap)) {
            for (long offset = 0; offset < end; ) {
                connection.send(Frames.fetch(topic, partition, offset, FETCH_BYTES));
                offset = nextOffset(connection.receive(), offset);
            }
        }
    }

    private static long nextOffset(ByteBuffer answer, long fetched) {
        ResponseHeader.parse(answer, ApiKeys.FETCH.responseHeaderVersion(Frames.FETCH_VERSION));
        var response = FetchResponse.parse(new ByteBufferAccessor(answer), Frames.FETCH_VERSION);
        Errors.forCode(response.data().errorCode()).maybeThrow();
        var partition = response.data().responses().get(0).partitions().get(0);
        Errors.forCode(partition.errorCode()).maybeThrow();
        long next = fetched;
        for (RecordBatch batch : FetchResponse.recordsOrFail(partition).batches()) {
            next = batch.nextOffset();
        }
        return next;
    }

    private byte[] payload() {
        byte[] bytes = new byte[recordSize];
        new Random(42).nextBytes(bytes);
        return bytes;
    }
}
