package dev.tandem.storage;

import static dev.tandem.storage.testsupport.EngineFixture.await;
import static dev.tandem.storage.testsupport.EngineFixture.message;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.log.Log;
import dev.tandem.storage.log.LogRead;
import dev.tandem.storage.record.MessageView;
import dev.tandem.storage.record.StoredEntry;
import dev.tandem.storage.testsupport.EngineFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A message that nobody acknowledges holds itself, and nothing of what lies around it. */
class AcknowledgedSpaceTest {
    private static final int BODY = 1_000;
    private static final int PER_COMMIT = 1_000;

    @TempDir
    Path directory;

    @Test
    void oneInAThousandStuckLeavesAFewPercentOfTheDisk() {
        int messages = 60_000;
        try (var fixture = fixture()) {
            // given
            long log = fixture.createLog(Retention.ACKNOWLEDGED);
            publish(fixture, log, 0, messages);
            long peak = fixture.engine().metrics().diskBytes();
            assertThat(peak).isGreaterThan((long) messages * BODY);

            // when
            for (int first = 0; first < messages; first += 1_000) {
                acknowledge(fixture, log, first + 1, first + 1_000);
            }

            // then
            var stuck = IntStream.range(0, messages / 1_000).map(i -> i * 1_000);
            List<String> expected = stuck.mapToObj(AcknowledgedSpaceTest::body).toList();
            awaitSize(fixture, log, messages / 1_000 * BODY * 2L);
            Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(
                            fixture.engine().metrics().diskBytes())
                    .isLessThan(peak / 20));
            assertThat(unacknowledged(fixture, log)).isEqualTo(expected);

            // when
            fixture.commit(new Change.CountDeliveries(log, 0, new long[] {3_000, 3_001}));
            publish(fixture, log, messages, messages + 2);
            fixture.reopen();

            // then
            var all = new ArrayList<>(expected);
            all.add(body(messages));
            all.add(body(messages + 1));
            assertThat(unacknowledged(fixture, log)).isEqualTo(all);
            assertThat(await(fixture.engine().ackSet(log, 0)).deliveryCount(3_000))
                    .isEqualTo(1);

            // when
            acknowledge(fixture, log, 0, messages + 2);

            // then
            assertThat(await(fixture.engine().ackSet(log, 0)).floor()).isEqualTo(messages + 2);
            assertThat(unacknowledged(fixture, log)).isEmpty();
        }
    }

    @Test
    void oneInTwentyStuckIsRewrittenOnceConsumersHaveLeftIt() {
        int messages = 20_000;
        try (var fixture = fixture()) {
            // given
            long log = fixture.createLog(Retention.ACKNOWLEDGED);
            publish(fixture, log, 0, messages);

            // when
            long[] ranges = IntStream.range(0, messages / 20)
                    .flatMap(i -> IntStream.of(20 * i + 1, 20 * i + 20))
                    .asLongStream()
                    .toArray();
            fixture.commit(new Change.Acknowledge(log, 0, ranges));

            // then
            awaitSize(fixture, log, messages / 20 * (BODY + 100L));
            assertThat(unacknowledged(fixture.reopen(), log))
                    .isEqualTo(IntStream.range(0, messages / 20)
                            .mapToObj(i -> body(20 * i))
                            .toList());
        }
    }

    @Test
    void aRunOfAMebibyteInTheMiddleOfALogIsDeleted() {
        int messages = 8_000;
        try (var fixture = fixture()) {
            // given
            long log = fixture.createLog(Retention.ACKNOWLEDGED);
            publish(fixture, log, 0, messages);

            // when
            acknowledge(fixture, log, 2_500, 5_500);

            // then
            awaitSize(fixture, log, (messages - 2_000) * (BODY + 100L));
            var left = IntStream.concat(IntStream.range(0, 2_500), IntStream.range(5_500, messages))
                    .mapToObj(AcknowledgedSpaceTest::body)
                    .toList();
            assertThat(unacknowledged(fixture, log)).isEqualTo(left);
            assertThat(unacknowledged(fixture.reopen(), log)).isEqualTo(left);
        }
    }

    @Test
    void whatLiesBehindAStuckMessageComesAndGoes() {
        try (var fixture = fixture()) {
            // given
            long log = fixture.createLog(Retention.ACKNOWLEDGED);
            publish(fixture, log, 0, 1);

            // when
            int next = 1;
            for (int i = 0; i < 8; i++) {
                publish(fixture, log, next, next + 4_000);
                acknowledge(fixture, log, next, next + 4_000);
                next += 4_000;
                awaitSize(fixture, log, 2L << 20);
            }

            // then
            assertThat(fixture.log(log).segments()).hasSizeLessThan(6);
            assertThat(unacknowledged(fixture, log)).containsExactly(body(0));
            assertThat(unacknowledged(fixture.reopen(), log)).containsExactly(body(0));
            assertThat(fixture.publish(log, body(next))).isEqualTo(next);
        }
    }

    @Test
    void deadSpaceThatARestartFindsIsGivenBack() {
        int messages = 8_000;
        long log;
        try (var fixture =
                new EngineFixture(StorageConfig.defaults(directory).withCleaningInterval(Duration.ofHours(1)))) {
            // given
            log = fixture.createLog(Retention.ACKNOWLEDGED);
            publish(fixture, log, 0, messages);
            acknowledge(fixture, log, 1, messages);
        }

        // when
        try (var fixture = fixture()) {
            await(fixture.engine().ackSet(log, 0));

            // then
            awaitSize(fixture, log, 100 * BODY);
            assertThat(unacknowledged(fixture, log)).containsExactly(body(0));
        }
    }

    @Test
    void logsThatAreNotTrimmedByAcknowledgementsKeepEverything() {
        int messages = 8_000;
        try (var fixture = fixture()) {
            // given
            long shared = fixture.createLog(Retention.EXPLICIT);
            long queue = fixture.createLog(Retention.ACKNOWLEDGED);
            publish(fixture, shared, 0, messages);
            publish(fixture, queue, 0, messages);

            // when
            acknowledge(fixture, shared, 1, messages);
            acknowledge(fixture, queue, 1, messages);

            // then
            awaitSize(fixture, queue, 100 * BODY);
            assertThat(fixture.bodies(shared, 0)).hasSize(messages);

            // when
            fixture.reopen();
            await(fixture.engine().ackSet(shared, 0));
            publish(fixture, queue, messages, 2 * messages);
            acknowledge(fixture, queue, messages, 2 * messages);

            // then
            awaitSize(fixture, queue, 100 * BODY);
            assertThat(fixture.bodies(shared, 0)).hasSize(messages);
        }
    }

    @Test
    void whateverIsAcknowledgedTheRestStaysAsItWas() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        int messages = 0;
        var acknowledged = new BitSet();
        try (var fixture = fixture()) {
            long log = fixture.createLog(Retention.ACKNOWLEDGED);
            for (int step = 0; step < 40; step++) {
                // when
                if (messages < 3_000 || random.nextInt(3) == 0) {
                    int more = 1_000 + random.nextInt(3_000);
                    publish(fixture, log, messages, messages + more);
                    messages += more;
                } else {
                    int first = random.nextInt(messages);
                    int end = Math.min(messages, first + random.nextInt(4_000));
                    int every = random.nextInt(3) == 0 ? 2 + random.nextInt(50) : Integer.MAX_VALUE;
                    for (int from = first; from < end; from += every) {
                        int to = every == Integer.MAX_VALUE ? end : Math.min(end, from + every - 1);
                        acknowledge(fixture, log, from, to);
                        acknowledged.set(from, to);
                        if (every == Integer.MAX_VALUE) {
                            break;
                        }
                    }
                }
                if (random.nextInt(10) == 0) {
                    fixture.reopen();
                }

                // then
                int total = messages;
                assertThat(unacknowledged(fixture, log))
                        .as("step %d of seed %d", step, seed)
                        .isEqualTo(IntStream.range(0, total)
                                .filter(offset -> !acknowledged.get(offset))
                                .mapToObj(AcknowledgedSpaceTest::body)
                                .toList());
            }
            long left = messages - acknowledged.cardinality();
            assertThat(fixture.log(log).sizeInBytes()).isGreaterThanOrEqualTo(left * BODY);
        }
    }

    private EngineFixture fixture() {
        return new EngineFixture(StorageConfig.defaults(directory).withCleaningInterval(Duration.ofMillis(20)));
    }

    private static String body(int number) {
        String tag = number + ".";
        return tag + "x".repeat(BODY - tag.length());
    }

    private static void publish(EngineFixture fixture, long log, int first, int end) {
        for (int from = first; from < end; from += PER_COMMIT) {
            var commit = Commit.builder();
            for (int i = from; i < Math.min(end, from + PER_COMMIT); i++) {
                commit.add(message(log, body(i)));
            }
            await(fixture.engine().commit(commit, Durability.WRITTEN));
        }
    }

    private static void acknowledge(EngineFixture fixture, long log, int first, int end) {
        await(fixture.engine()
                .commit(
                        Commit.builder().add(new Change.Acknowledge(log, 0, new long[] {first, end})),
                        Durability.WRITTEN));
    }

    /** The bodies of what a queue would deliver, read as a queue does: from its own offset on. */
    private static List<String> unacknowledged(EngineFixture fixture, long logId) {
        var view = await(fixture.engine().ackSet(logId, 0));
        Log log = fixture.log(logId);
        var bodies = new ArrayList<String>();
        long next = view.nextUnacknowledged(log.startOffset());
        while (next < log.writtenEnd()) {
            LogRead read = log.read(next, log.writtenEnd(), 256 << 10);
            for (StoredEntry entry : read.entries()) {
                while (next < entry.endOffset()) {
                    MessageView message = entry.messageAt(next);
                    bodies.add(
                            message == null
                                    ? "none at " + next
                                    : new String(message.body().toByteArray(), UTF_8));
                    next = view.nextUnacknowledged(next + 1);
                }
            }
        }
        return bodies;
    }

    private static void awaitSize(EngineFixture fixture, long log, long bytes) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(fixture.log(log).sizeInBytes()).isLessThan(bytes));
    }
}
