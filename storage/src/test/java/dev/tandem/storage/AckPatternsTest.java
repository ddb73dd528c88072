package dev.tandem.storage;

import static dev.tandem.storage.testsupport.EngineFixture.await;
import static dev.tandem.storage.testsupport.EngineFixture.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.CommitResult;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.cursor.AckSetView;
import dev.tandem.storage.testsupport.EngineFixture;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What acknowledgements write, in the orders in which consumers acknowledge: {@code benchmarks/run storage} measures the
 * same over ten million messages, and what reaches the disk.
 */
class AckPatternsTest {
    private static final int MESSAGES = 300_000;
    /** Messages that a consumer acknowledges within a turn of its event loop. */
    private static final int TURN = 100;

    @TempDir
    Path directory;

    @Test
    void acknowledgementsInOrderWriteLessThanAByteEach() {
        assertThat(bytesPerAck(LongStream.range(0, MESSAGES).boxed().toList())).isLessThan(1);
    }

    @Test
    void acknowledgementsInAnyOrderWriteAFewBytesEach() {
        List<Long> offsets = LongStream.range(0, MESSAGES).boxed().collect(Collectors.toList());
        Collections.shuffle(offsets, new Random(20261123));

        assertThat(bytesPerAck(offsets)).isLessThan(15);
    }

    @Test
    void stuckMessagesAmongThemMakeAcknowledgementsLittleDearer() {
        assertThat(bytesPerAck(LongStream.range(0, MESSAGES)
                        .filter(offset -> offset % 1_000 != 0)
                        .boxed()
                        .toList()))
                .isLessThan(2);
    }

    /** Bytes of write batches per acknowledgement; fails unless all are there after a restart. */
    private double bytesPerAck(List<Long> offsets) {
        try (var fixture = new EngineFixture(directory)) {
            // given
            long log = fixture.createLog(Retention.ACKNOWLEDGED);
            for (int i = 0; i < MESSAGES; i += 1_000) {
                var commit = Commit.builder();
                for (int j = 0; j < 1_000; j++) {
                    commit.add(message(log, "m"));
                }
                await(fixture.engine().commit(commit, Durability.WRITTEN));
            }
            long before = fixture.engine().metrics().bytesWritten();

            // when
            CompletableFuture<CommitResult> last = CompletableFuture.completedFuture(null);
            for (int from = 0; from < offsets.size(); from += TURN) {
                var turn = Commit.builder();
                for (long offset : offsets.subList(from, Math.min(from + TURN, offsets.size()))) {
                    turn.add(new Change.Acknowledge(log, 0, new long[] {offset, offset + 1}));
                }
                last = fixture.engine().commit(turn, Durability.WRITTEN);
            }
            await(last);
            long written = fixture.engine().metrics().bytesWritten() - before;

            // then
            fixture.reopen();
            AckSetView view = await(fixture.engine().ackSet(log, 0));
            assertThat(view.acknowledgedBetween(0, MESSAGES)).isEqualTo(offsets.size());
            return written / (double) offsets.size();
        }
    }
}
