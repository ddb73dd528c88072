package dev.tandem.kafka.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.kafka.testsupport.RunningKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Kafka's own client, which sends and reads a record after the other while others misbehave. */
final class CalmClient implements AutoCloseable {
    private static final String TOPIC = "calm";
    /** Of a second each, in which the record that was acknowledged has to come. */
    private static final int MOST_POLLS = 60;

    private final RunningKafka kafka;
    private final CompletableFuture<Integer> work;
    private volatile boolean closing;

    CalmClient(RunningKafka kafka) {
        this.kafka = kafka;
        this.work = CompletableFuture.supplyAsync(this::run, task -> new Thread(task, "calm client").start());
    }

    private int run() {
        var where = new TopicPartition(TOPIC, 0);
        int sent = 0;
        try (var producer = kafka.producer(Map.of("retries", 0));
                var consumer = kafka.consumer(Map.of("auto.offset.reset", "earliest"))) {
            consumer.assign(List.of(where));
            while (!closing) {
                String value = "record " + sent;
                assertThat(producer.send(new ProducerRecord<>(TOPIC, 0, null, value))
                                .get()
                                .offset())
                        .isEqualTo(sent);
                sent++;
                var read = new ArrayList<String>();
                for (int poll = 0; poll < MOST_POLLS && read.isEmpty(); poll++) {
                    consumer.poll(Duration.ofSeconds(1)).forEach(record -> read.add(record.value()));
                }
                assertThat(read).containsExactly(value);
            }
        } catch (Exception e) {
            throw new AssertionError("the client that does nothing wrong was disturbed after " + sent + " records", e);
        }
        return sent;
    }

    /** Ends the work; fails when anything went wrong in it. Returns how many records went to and fro. */
    int finish() {
        closing = true;
        return work.join();
    }

    @Override
    public void close() {
        closing = true;
    }
}
