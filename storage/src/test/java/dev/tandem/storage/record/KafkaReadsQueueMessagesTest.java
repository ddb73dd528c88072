package dev.tandem.storage.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.testsupport.EngineFixture;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commit path writes for queues, read by Kafka's own reader. */
class KafkaReadsQueueMessagesTest {
    @TempDir
    Path directory;

    @Test
    void batchesOfOneAndOfManyMessagesAreValidRecordBatches() {
        try (var fixture = new EngineFixture(directory)) {
            // given
            long logId = fixture.createLog(Retention.EXPLICIT);
            int published = 5001;
            fixture.publish(logId, "body 0");

            // when
            fixture.commit(IntStream.range(1, published)
                    .mapToObj(i -> EngineFixture.message(logId, "body " + i))
                    .toArray(Change[]::new));

            // then
            List<String> bodies = new ArrayList<>();
            for (var batch : batches(fixture, logId, published)) {
                assertThatCode(batch::ensureValid).doesNotThrowAnyException();
                assertThat(batch.baseOffset()).isEqualTo(bodies.size());
                assertThat(batch.partitionLeaderEpoch())
                        .isEqualTo(fixture.engine().leaderEpoch());
                assertThat(batch.hasProducerId()).isFalse();
                for (Record record : batch) {
                    assertThat(record.offset()).isEqualTo(bodies.size());
                    assertThat(record.timestamp()).isEqualTo(1_000);
                    bodies.add(StandardCharsets.UTF_8.decode(record.value()).toString());
                }
                assertThat(batch.nextOffset()).isEqualTo(bodies.size());
            }
            assertThat(bodies)
                    .isEqualTo(IntStream.range(0, published)
                            .mapToObj(i -> "body " + i)
                            .toList());
        }
    }

    private static List<MutableRecordBatch> batches(EngineFixture fixture, long logId, long end) {
        var log = fixture.log(logId);
        List<MutableRecordBatch> batches = new ArrayList<>();
        for (long next = 0; next < end; ) {
            var read = log.read(next, end, 1 << 20);
            for (var entry : read.entries()) {
                entry.verify();
                MemoryRecords.readableRecords(entry.batches().toByteBuffer())
                        .batches()
                        .forEach(batches::add);
            }
            next = read.nextOffset();
        }
        return batches;
    }
}
