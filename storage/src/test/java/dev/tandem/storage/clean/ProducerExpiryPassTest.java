package dev.tandem.storage.clean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.storage.EngineInternals;
import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.StorageException.PreconditionFailed;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.CommitResult;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.producer.ActiveProducer;
import dev.tandem.storage.producer.ProducerWindows;
import dev.tandem.storage.testsupport.EngineFixture;
import dev.tandem.storage.testsupport.KafkaBatches;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.record.internal.CompressionType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which producers are forgotten, and what they may do afterwards. The clock is the test's; every round is asked for. */
class ProducerExpiryPassTest {
    private static final Duration AGE = Duration.ofSeconds(1);

    @TempDir
    Path directory;

    private EngineFixture fixture;
    private ProducerExpiryPass pass;
    private long log;

    @BeforeEach
    void open() {
        fixture = new EngineFixture(directory.resolve("engine"));
        pass = new ProducerExpiryPass(new ProducerWindows(EngineInternals.storeOf(fixture.engine())));
        pass.setExpiry(AGE);
        log = fixture.createLog(Retention.EXPLICIT);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void forgetsWhoseLastBatchIsAsOldAsTheSetting() throws InterruptedException {
        // given
        long other = fixture.createLog(Retention.EXPLICIT);
        fixture.commit(batch(log, 1, 0, 500));
        fixture.commit(batch(log, 2, 0, 500));
        fixture.commit(batch(log, 2, 1, 501));
        fixture.commit(batch(other, 1, 0, 9_000), batch(other, 3, 0, 100));

        // when
        round(1_500);

        // then
        assertThat(producers(log)).containsExactly(new ActiveProducer(2, (short) 0, 1, 501));
        assertThat(producers(other)).containsExactly(new ActiveProducer(1, (short) 0, 0, 9_000));
    }

    @Test
    void whoIsForgottenMayGoOnWithAnySequenceAndRepeatsAreNotRecognised() throws InterruptedException {
        // given
        fixture.commit(batch(log, 1, 0, 0));
        assertThatThrownBy(() -> fixture.commit(batch(log, 1, 7, 0))).isInstanceOf(PreconditionFailed.class);

        // when
        round(1_000);

        // then
        assertThat(fixture.commit(batch(log, 1, 7, 2_000)).value(0)).isEqualTo(1);
        assertThatThrownBy(() -> fixture.commit(batch(log, 1, 0, 2_000))).isInstanceOf(PreconditionFailed.class);
        assertThat(fixture.commit(batch(log, 1, 7, 2_000)).originalTimestamp(0)).hasValue(2_000);
    }

    @Test
    void whoIsForgottenStaysSoAfterARestart() throws InterruptedException {
        // given
        fixture.commit(batch(log, 1, 0, 0));
        round(1_000);

        // when
        fixture.reopen();

        // then
        assertThat(producers(log)).isEmpty();
        assertThat(fixture.commit(batch(log, 1, 0, 0)).value(0)).isEqualTo(1);
    }

    @Test
    void whoSendsWhileHeIsBeingForgottenStays() {
        // given
        fixture.commit(batch(log, 1, 0, 0));
        fixture.commit(batch(log, 2, 0, 0));
        var expired = new CompletableFuture<CommitResult>();
        var again = new CompletableFuture<CommitResult>();

        // when producer 1 comes before it, and producer 2 behind it, in one group
        EngineInternals.inOneGroup(fixture.engine(), () -> {
            submit(batch(log, 1, 1, 5_000), new CompletableFuture<>());
            submit(new Change.ExpireProducers(log, List.of(1L, 2L, 99L), 1_000), expired);
            submit(batch(log, 2, 9, 5_000), again);
        });

        // then
        assertThat(EngineFixture.await(expired).value(0)).isEqualTo(1);
        assertThat(EngineFixture.await(again).value(0)).isEqualTo(3);
        for (int run = 0; run < 2; run++) {
            assertThat(producers(log))
                    .containsExactly(
                            new ActiveProducer(1, (short) 0, 1, 5_000), new ActiveProducer(2, (short) 0, 9, 5_000));
            assertThat(fixture.commit(batch(log, 2, 9, 5_000)).value(0)).isEqualTo(3);
            fixture.reopen();
        }
    }

    @Test
    void forgetsMoreThanOneScanFinds() throws InterruptedException {
        // given
        long other = fixture.createLog(Retention.EXPLICIT);
        for (int i = 0; i < 1_100; i++) {
            submit(batch(log, i, 0, 0), new CompletableFuture<>());
            submit(batch(other, i, 0, i % 2 == 0 ? 0 : 10_000), new CompletableFuture<>());
        }

        // when
        fixture.commit(batch(log, 5_000, 0, 10_000));
        round(1_000);

        // then
        assertThat(producers(log)).extracting(ActiveProducer::producerId).containsExactly(5_000L);
        assertThat(producers(other)).hasSize(550);
    }

    @Test
    void looksNoMoreOftenThanItHasTo() throws InterruptedException {
        // given
        round(1_000);
        fixture.commit(batch(log, 1, 0, 0));

        // when
        round(1_999);
        // then
        assertThat(producers(log)).hasSize(1);

        // when
        round(2_000);
        // then
        assertThat(producers(log)).isEmpty();
    }

    @Test
    void isPartOfARunningEngine() {
        // given
        var config = StorageConfig.defaults(directory.resolve("running")).withCleaningInterval(Duration.ofMillis(10));
        try (var running = new EngineFixture(config)) {
            long id = running.createLog(Retention.EXPLICIT);
            running.commit(batch(id, 1, 0, 0));

            // when
            running.engine().setProducerExpiry(AGE);

            // then
            Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(
                            EngineFixture.await(running.engine().producers(id)))
                    .isEmpty());
        }
    }

    private void round(long nowMillis) throws InterruptedException {
        pass.run(new CleaningRound(fixture.engine()::submit, nowMillis));
    }

    private List<ActiveProducer> producers(long logId) {
        return EngineFixture.await(fixture.engine().producers(logId));
    }

    private void submit(Change change, CompletableFuture<CommitResult> result) {
        fixture.engine().submit(Commit.of(change, Durability.WRITTEN, Runnable::run, result::complete));
    }

    private static Change.AppendBatch batch(long log, long producer, int sequence, long time) {
        var batch = KafkaBatches.append(log, List.of(time), CompressionType.NONE, false);
        return new Change.AppendBatch(
                log, batch.batch(), 1, time, new Change.ProducerSequence(producer, (short) 0, sequence, sequence));
    }
}
