package dev.tandem.storage.clean;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.storage.StorageException.StorageFailure;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.CommitResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rounds come when asked for and on their own, and nothing that a pass does ends them. */
class CleanerTest {
    private static final Duration NEVER = Duration.ofDays(1);
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    private final BlockingQueue<String> done = new LinkedBlockingQueue<>();
    private @Nullable Cleaner cleaner;

    @AfterEach
    void close() {
        if (cleaner != null) {
            cleaner.close();
        }
    }

    @Test
    void runsAllPassesInOrderWhenAskedTo() throws InterruptedException {
        // given
        Cleaner started = start(NEVER, pass("first"), pass("second"));

        // when
        started.wake();

        // then
        assertThat(next()).isEqualTo("first");
        assertThat(next()).isEqualTo("second");
    }

    @Test
    void runsRoundsUnasked() throws InterruptedException {
        // when
        start(Duration.ofMillis(1), pass("a"));

        // then
        assertThat(next()).isEqualTo("a");
        assertThat(next()).isEqualTo("a");
    }

    @Test
    void goesOnAfterAPassThatFails() throws InterruptedException {
        // given
        Cleaner started = start(
                NEVER,
                pass("broken", round -> {
                    throw new StorageFailure("the disk is on fire");
                }),
                pass("wrong", round -> {
                    throw new AssertionError("injected");
                }),
                pass("sound"));

        for (int i = 0; i < 2; i++) {
            // when
            started.wake();

            // then
            assertThat(next()).isEqualTo("broken");
            assertThat(next()).isEqualTo("wrong");
            assertThat(next()).isEqualTo("sound");
        }
    }

    @Test
    void aRoundAskedForDuringARoundFollowsIt() throws InterruptedException {
        // given
        var running = new CountDownLatch(1);
        var asked = new CountDownLatch(1);
        Cleaner started = start(NEVER, pass("a", round -> {
            running.countDown();
            asked.await();
        }));
        started.wake();
        running.await();

        // when
        started.wake();
        asked.countDown();

        // then
        assertThat(next()).isEqualTo("a");
        assertThat(next()).isEqualTo("a");
    }

    @Test
    void givesPassesTheTimeAndTheResultsOfTheirCommits() throws InterruptedException {
        // given
        var seen = new LinkedBlockingQueue<Long>();
        Cleaner started = start(NEVER, pass("a", round -> {
            seen.add(round.nowMillis());
            seen.add(round.commit(new Change.TrimLog(1, 5)).value(0));
        }));

        // when
        started.wake();

        // then
        assertThat(seen.poll(60, TimeUnit.SECONDS)).isEqualTo(NOW.toEpochMilli());
        assertThat(seen.poll(60, TimeUnit.SECONDS)).isEqualTo(5);
    }

    @Test
    void closingBreaksOffAPassThatWaitsForItsCommit() throws InterruptedException {
        // given a commit thread that never answers
        var waiting = new CountDownLatch(1);
        cleaner = new Cleaner(
                commit -> waiting.countDown(),
                () -> NOW,
                NEVER,
                List.of(pass("a", round -> round.commit(new Change.TrimLog(1, 5)))));
        cleaner.start();
        cleaner.wake();
        waiting.await();

        // when it is closed, it returns
        cleaner.close();

        // then
        assertThat(done).containsExactly("a");
    }

    private Cleaner start(Duration interval, CleaningPass... passes) {
        Consumer<Commit> commits = commit -> commit.listener()
                .onResult(CommitResult.applied(
                        1, new long[] {((Change.TrimLog) commit.changes().get(0)).startOffset()}));
        var started = new Cleaner(commits, () -> NOW, interval, List.of(passes));
        cleaner = started;
        started.start();
        return started;
    }

    private CleaningPass pass(String name) {
        return pass(name, round -> {});
    }

    private CleaningPass pass(String name, Work work) {
        return new CleaningPass() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public void run(CleaningRound round) throws InterruptedException {
                done.add(name);
                work.run(round);
            }
        };
    }

    private String next() throws InterruptedException {
        String name = done.poll(60, TimeUnit.SECONDS);
        assertThat(name).as("a pass ran").isNotNull();
        return name == null ? "" : name;
    }

    @FunctionalInterface
    private interface Work {
        void run(CleaningRound round) throws InterruptedException;
    }
}
