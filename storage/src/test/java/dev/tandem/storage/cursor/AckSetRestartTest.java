package dev.tandem.storage.cursor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.testsupport.EngineFixture;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ack sets of several cursors and logs through the engine: their rows must not mix. */
class AckSetRestartTest {
    private static final int MESSAGES = 2000;
    private static final int RESTARTS = 3;

    @TempDir
    Path directory;

    @Test
    void acknowledgementsOfSeveralCursorsSurviveRestarts() {
        long seed = 20261123;
        var random = new Random(seed);
        try (var fixture = new EngineFixture(directory)) {
            // given
            long[] logs = {fixture.createLog(Retention.EXPLICIT), fixture.createLog(Retention.EXPLICIT)};
            int[] cursors = {0, 1, 77};
            var model = new BitSet[logs.length][cursors.length];
            for (int l = 0; l < logs.length; l++) {
                long logId = logs[l];
                fixture.commit(IntStream.range(0, MESSAGES)
                        .mapToObj(i -> EngineFixture.message(logId, "x"))
                        .toArray(Change[]::new));
                for (int c = 0; c < cursors.length; c++) {
                    model[l][c] = new BitSet();
                }
            }
            for (int restart = 0; restart < RESTARTS; restart++) {
                // when
                for (int i = 0; i < 400; i++) {
                    int l = random.nextInt(logs.length);
                    int c = random.nextInt(cursors.length);
                    int first = random.nextInt(MESSAGES - 10);
                    int end = first + 1 + random.nextInt(9);
                    fixture.commit(new Change.Acknowledge(logs[l], cursors[c], new long[] {first, end}));
                    model[l][c].set(first, end);
                }
                fixture.reopen();

                // then
                for (int l = 0; l < logs.length; l++) {
                    for (int c = 0; c < cursors.length; c++) {
                        var view = EngineFixture.await(fixture.engine().ackSet(logs[l], cursors[c]));
                        var found = new BitSet();
                        for (int offset = 0; offset < MESSAGES; offset++) {
                            found.set(offset, view.contains(offset));
                        }
                        assertThat(found)
                                .as("log %d cursor %d, seed %d", l, c, seed)
                                .isEqualTo(model[l][c]);
                        assertThat(view.floor()).isEqualTo(model[l][c].nextClearBit(0));
                    }
                }
            }
        }
    }

    @Test
    void aDroppedCursorBeginsAnewAndLeavesTheOthersAlone() {
        try (var fixture = new EngineFixture(directory)) {
            // given
            long logId = fixture.createLog(Retention.EXPLICIT);
            fixture.commit(IntStream.range(0, 10)
                    .mapToObj(i -> EngineFixture.message(logId, "x"))
                    .toArray(Change[]::new));
            fixture.commit(new Change.Acknowledge(logId, 1, new long[] {0, 3, 5, 6}));
            fixture.commit(new Change.Acknowledge(logId, 2, new long[] {0, 4}));

            // when
            fixture.commit(
                    new Change.Acknowledge(logId, 1, new long[] {7, 8}),
                    new Change.DropCursor(logId, 1),
                    new Change.Acknowledge(logId, 1, new long[] {9, 10}));

            // then
            for (int restart = 0; restart < 2; restart++) {
                var dropped = EngineFixture.await(fixture.engine().ackSet(logId, 1));
                assertThat(dropped.floor()).isZero();
                assertThat(dropped.cardinalityAboveFloor()).isEqualTo(1);
                assertThat(dropped.contains(9)).isTrue();
                assertThat(EngineFixture.await(fixture.engine().ackSet(logId, 2))
                                .floor())
                        .isEqualTo(4);
                fixture.reopen();
            }
        }
    }

    @Test
    void aCursorOfNoLogIsDroppedWithoutAnError() {
        try (var fixture = new EngineFixture(directory)) {
            // given
            long logId = fixture.createLog(Retention.EXPLICIT);
            fixture.commit(new Change.DeleteLog(logId));

            // when
            fixture.commit(new Change.DropCursor(logId, 1));

            // then
            assertThat(fixture.engine().openLog(logId)).isEmpty();
        }
    }
}
