package dev.tandem.amqp.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.amqp.testsupport.ManualLoop;
import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.ShortString;
import dev.tandem.storage.StorageException;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.CommitResult;
import dev.tandem.storage.nondurable.MemoryBudget;
import dev.tandem.storage.record.MessageRecord;
import dev.tandem.storage.record.Slice;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeadLettersTest {
    private final ManualLoop loop = new ManualLoop();
    private final RecordingSink sink = new RecordingSink(loop);
    private final RecordingHost host = new RecordingHost(new ArrayList<>());
    private final List<Commit> commits = new ArrayList<>();
    private @Nullable FakeQueueLog madeLog;
    private long now = 1_000;
    private final MessageQueue target = queue("target", 8, false, FieldTable.EMPTY);
    private MessageQueue source = source(false);
    private FakeQueueLog log = Objects.requireNonNull(madeLog);

    private MessageQueue source(boolean isCold) {
        FieldTable arguments =
                FieldTable.builder().put("x-dead-letter-exchange", "dlx").build();
        return queue("source", 7, isCold, arguments);
    }

    private MessageQueue queue(String name, long logId, boolean isCold, FieldTable arguments) {
        return MessageQueue.over(
                new QueueSettings("/", name, true, false, null, arguments),
                loop,
                new QueueServices(
                        commits::add,
                        new MemoryBudget(1 << 20, () -> {}),
                        new MessageCounters(),
                        () -> Instant.ofEpochMilli(now)),
                (wake, lane) -> madeLog = new FakeQueueLog(loop, wake, isCold),
                logId,
                1,
                host);
    }

    private void publishExpiring(int count) {
        source.expiryOf(now, now);
        for (int i = 0; i < count; i++) {
            log.append(1_500);
        }
        loop.runAll();
    }

    private void expire() {
        now = 1_500;
        loop.fireTimers();
        loop.runAll();
    }

    private void answer(int commit, CommitResult result) {
        commits.get(commit).listener().onResult(result);
        loop.runAll();
    }

    private static CommitResult applied() {
        return CommitResult.applied(1, new long[0]);
    }

    private long appends(int commit) {
        return commits.get(commit).changes().stream()
                .filter(Change.AppendMessage.class::isInstance)
                .count();
    }

    @Test
    void movesAThousandAtMostInACommitAndOneCommitAtATime() {
        // given
        host.targets.add(target);
        publishExpiring(2_500);

        // when
        expire();

        // then
        assertThat(commits).hasSize(1);
        assertThat(appends(0)).isEqualTo(1_000);
        assertThat(source.counts().ready()).as("one batch on its way, one full").isEqualTo(500);

        // and when
        answer(0, applied());
        answer(1, applied());
        answer(2, applied());

        // then
        assertThat(commits).hasSize(3);
        assertThat(appends(1) + appends(2)).isEqualTo(1_500);
        assertThat(source.counts().ready()).isZero();
    }

    @Test
    void deadLettersAndAcknowledgesInOneCommit() {
        // given
        host.targets.add(target);
        publishExpiring(2);

        // when
        expire();

        // then
        assertThat(commits.get(0).changes())
                .hasSize(3)
                .last()
                .isInstanceOfSatisfying(Change.Acknowledge.class, acknowledgement -> {
                    assertThat(acknowledgement.logId()).isEqualTo(7);
                    assertThat(acknowledgement.ranges()).containsExactly(0, 2);
                });
    }

    @Test
    void readsWhatAConsumerRejectedBeforeAnythingElse() {
        // given
        source = source(true);
        log = Objects.requireNonNull(madeLog);
        host.targets.add(target);
        var consumer = Consumer.of(source, sink, ShortString.of("c"), false, false, 2, FieldTable.EMPTY);
        source.add(consumer);
        for (int i = 0; i < 4; i++) {
            log.append(Long.MAX_VALUE);
        }
        loop.runAll();
        assertThat(sink.deliveries).hasSize(2);

        // when
        consumer.settled(1, Outcome.REJECTED);
        consumer.settled(0, Outcome.REJECTED);
        consumer.settle();
        loop.runAll();

        // then
        assertThat(sink.deliveries).hasSize(4);
        assertThat(source.counts().unacked()).isEqualTo(2);
        assertThat(commits.stream().flatMap(commit -> commit.changes().stream()))
                .filteredOn(Change.AppendMessage.class::isInstance)
                .as("the second batch waits for the first")
                .hasSize(1);
        answer(0, applied());
        assertThat(appends(1)).isEqualTo(1);
    }

    @Test
    void triesAgainUntilTheEngineWrites() {
        // given
        host.targets.add(target);
        publishExpiring(1);
        expire();

        // when
        answer(0, CommitResult.refused(new StorageException.WritesSuspended("no disk")));
        assertThat(commits).hasSize(1);
        loop.fireTimers();

        // then
        assertThat(commits).hasSize(2);
        assertThat(appends(1)).isEqualTo(1);
    }

    @Test
    void goesOnWithoutAQueueThatWasDeletedMeanwhile() {
        // given
        MessageQueue other = queue("other", 9, false, FieldTable.EMPTY);
        host.targets.add(target);
        host.targets.add(other);
        publishExpiring(1);
        expire();
        assertThat(appends(0)).isEqualTo(2);

        // when
        target.delete(false, false);
        answer(0, CommitResult.refused(new StorageException.NotFound("log 8 does not exist")));

        // then
        assertThat(appends(1)).isEqualTo(1);
        assertThat(((Change.AppendMessage) commits.get(1).changes().get(0)).logId())
                .isEqualTo(9);
    }

    @Test
    void deliversDeadLettersThoughTheirQueueIsDeleted() {
        // given
        host.targets.add(target);
        publishExpiring(1);
        expire();

        // when
        source.delete(false, false);
        answer(0, CommitResult.refused(new StorageException.NotFound("log 7 does not exist")));

        // then
        assertThat(commits.get(1).changes()).hasSize(1);
        assertThat(appends(1)).isEqualTo(1);
    }

    @Test
    void deadLettersWhatTheQueueNeverTook() {
        // given
        source = queue(
                "source",
                7,
                false,
                FieldTable.builder()
                        .put("x-dead-letter-exchange", "dlx")
                        .put("x-max-length", 1)
                        .put("x-overflow", "reject-publish-dlx")
                        .build());
        host.targets.add(target);

        // when
        source.deadLetterRejected(MessageRecord.encode(
                true, Long.MAX_VALUE, Slice.EMPTY, Slice.EMPTY, Slice.of(new byte[2]), Slice.of(new byte[1])));
        loop.runAll();

        // then
        assertThat(commits.get(0).changes()).singleElement().isInstanceOf(Change.AppendMessage.class);
    }

    private void dropAtLeastOnce() {
        source = queue(
                "source",
                7,
                false,
                FieldTable.builder()
                        .put("x-queue-type", "quorum")
                        .put("x-dead-letter-exchange", "dlx")
                        .put("x-dead-letter-strategy", "at-least-once")
                        .put("x-overflow", "reject-publish")
                        .put("x-max-length", 3)
                        .build());
        log = Objects.requireNonNull(madeLog);
    }

    @Test
    void holdsWhatReachesNoQueueUntilItDoes() {
        // given
        dropAtLeastOnce();
        publishExpiring(2);

        // when
        expire();
        loop.fireTimers();
        loop.runAll();

        // then
        assertThat(commits).isEmpty();
        assertThat(source.counts().ready()).isZero();

        // and when
        host.targets.add(target);
        loop.fireTimers();
        loop.runAll();

        // then
        assertThat(appends(0)).isEqualTo(2);
        assertThat(commits.get(0).changes())
                .last()
                .isInstanceOfSatisfying(
                        Change.Acknowledge.class,
                        acknowledgement -> assertThat(acknowledgement.ranges()).containsExactly(0, 2));
    }

    @Test
    void holdsWhatOneOfItsQueuesRejects() {
        // given
        dropAtLeastOnce();
        MessageQueue full = queue(
                "full",
                9,
                false,
                FieldTable.builder()
                        .put("x-max-length", 1)
                        .put("x-overflow", "reject-publish")
                        .build());
        host.targets.add(target);
        host.targets.add(full);
        assertThat(full.admit(1)).isTrue();
        publishExpiring(1);

        // when
        expire();

        // then
        assertThat(commits).as("the open queue gets it with the full one").isEmpty();

        // and when
        full.withdraw(1);
        loop.fireTimers();
        loop.runAll();

        // then
        assertThat(appends(0)).isEqualTo(2);
    }

    @Test
    void countsWhatItHoldsForTheLimitOfTheQueue() {
        // given
        dropAtLeastOnce();
        for (int i = 0; i < 2; i++) {
            assertThat(source.admit(1)).isTrue();
        }
        publishExpiring(2);
        expire();

        // then
        assertThat(source.admit(1)).isTrue();
        assertThat(source.admit(1)).isFalse();

        // and when
        assertThat(source.purge()).isZero();
        loop.runAll();

        // then
        assertThat(log.acknowledged).containsExactly(0L, 1L);
        assertThat(source.admit(1)).isTrue();
        assertThat(source.admit(1)).isTrue();
        assertThat(source.admit(1)).isFalse();
    }

    @Test
    void countsNoLongerWhatHasArrived() {
        // given
        dropAtLeastOnce();
        host.targets.add(target);
        for (int i = 0; i < 3; i++) {
            assertThat(source.admit(1)).isTrue();
        }
        publishExpiring(3);
        expire();
        assertThat(source.admit(1)).isFalse();

        // when
        answer(0, applied());

        // then
        assertThat(source.admit(1)).isTrue();
    }

    @Test
    void dropsWhatReachesNoQueue() {
        // given
        publishExpiring(1);

        // when
        expire();

        // then
        assertThat(commits.get(0).changes()).singleElement().isInstanceOf(Change.Acknowledge.class);
    }
}
