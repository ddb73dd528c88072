package dev.tandem.amqp.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.testsupport.ManualLoop;
import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.ShortString;
import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.StorageException.StorageFailure;
import dev.tandem.storage.nondurable.MemoryBudget;
import dev.tandem.storage.record.MessageView;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MessageQueueTest {
    private final ManualLoop loop = new ManualLoop();
    private final RecordingSink sink = new RecordingSink(loop);
    private final List<MessageQueue> unused = new ArrayList<>();
    private @Nullable FakeQueueLog madeLog;
    private long now = 1_000;
    private MessageQueue queue = queue(FieldTable.EMPTY);

    private MessageQueue queue(FieldTable arguments) {
        InstantSource clock = () -> Instant.ofEpochMilli(now);
        return MessageQueue.over(
                new QueueSettings("/", "q", true, true, null, arguments),
                loop,
                new QueueServices(commit -> {}, new MemoryBudget(1 << 20, () -> {}), new MessageCounters(), clock),
                (wake, lane) -> madeLog = new FakeQueueLog(loop, wake, false),
                7,
                1,
                new RecordingHost(unused));
    }

    private FakeQueueLog log() {
        return java.util.Objects.requireNonNull(madeLog);
    }

    private void publish(int count) {
        for (int i = 0; i < count; i++) {
            log().append(Long.MAX_VALUE);
        }
        loop.runAll();
    }

    private Consumer consume(RecordingSink into, int prefetch, boolean noAck, boolean exclusive) {
        var consumer = Consumer.of(queue, into, ShortString.of("c"), noAck, exclusive, prefetch, FieldTable.EMPTY);
        queue.add(consumer);
        loop.runAll();
        return consumer;
    }

    @Test
    void servesConsumersRoundRobin() {
        // given
        Consumer first = consume(sink, 0, false, false);
        Consumer second = consume(sink, 0, false, false);

        // when
        publish(4);

        // then
        assertThat(sink.deliveries)
                .extracting(RecordingSink.Delivery::consumer)
                .containsExactly(first, second, first, second);
    }

    @Test
    void skipsConsumersWithoutCreditOrWithAFullOutput() {
        // given
        var full = new RecordingSink(loop);
        full.writable = false;
        consume(full, 0, false, false);
        consume(sink, 1, false, false);

        // when
        publish(3);

        // then
        assertThat(full.deliveries).isEmpty();
        assertThat(sink.deliveries).hasSize(1);
        assertThat(queue.counts()).isEqualTo(new QueueCounts(2, 1, 2));

        // and when
        full.writable = true;
        queue.wake();
        loop.runAll();

        // then
        assertThat(full.deliveries).hasSize(2);
    }

    @Test
    void sharesAChannelsLimitBetweenItsConsumers() {
        // given
        sink.credit.limit(2);
        Consumer first = consume(sink, 0, false, false);
        consume(sink, 0, false, false);

        // when
        publish(5);

        // then
        assertThat(sink.deliveries).hasSize(2);

        // and when
        first.settled(0, Outcome.ACKNOWLEDGED);
        first.settle();
        loop.runAll();

        // then
        assertThat(sink.deliveries).hasSize(3);
        assertThat(log().acknowledged).containsExactly(0L);
    }

    @Test
    void acknowledgesAutomaticallyWithoutLimit() {
        // given
        consume(sink, 1, true, false);

        // when
        publish(3);

        // then
        assertThat(sink.deliveries).hasSize(3);
        assertThat(log().acknowledged).containsExactly(0L, 1L, 2L);
        assertThat(queue.counts()).isEqualTo(new QueueCounts(0, 0, 1));
    }

    @Test
    void refusesConsumersBesideAnExclusiveOne() {
        // given
        consume(sink, 0, false, true);

        // then
        assertThatThrownBy(() -> consume(sink, 0, false, false)).hasMessage("queue 'q' in vhost '/' in exclusive use");
    }

    @Test
    void tellsThatItsLastConsumerIsGone() {
        // given
        Consumer first = consume(sink, 0, false, false);
        Consumer second = consume(sink, 0, false, false);

        // when
        queue.remove(first);

        // then
        assertThat(unused).isEmpty();

        // and when
        queue.remove(second);

        // then
        assertThat(unused).containsExactly(queue);
    }

    @Test
    void skipsWhatWasAcknowledgedBeforeTheStart() {
        // given
        log().acknowledgedBefore(1);
        log().acknowledgedBefore(2);
        log().deliveredEnd = 4;

        // when
        publish(6);
        queue.startFromLog(0);
        assertThat(queue.counts().ready()).isEqualTo(4);
        consume(sink, 0, false, false);

        // then
        assertThat(sink.deliveries)
                .extracting(delivery -> delivery.offset() + " " + delivery.redelivered())
                .containsExactly("0 true", "3 true", "4 false", "5 false");
    }

    @Test
    void dropsWhatExpiresAtTheHead() {
        // given
        queue.expiryOf(now, now);
        log().append(1_500);
        log().append(1_200);
        log().append(Long.MAX_VALUE);
        loop.runAll();
        assertThat(queue.counts().ready()).isEqualTo(3);

        // when
        now = 1_500;
        loop.fireTimers();
        loop.runAll();

        // then
        assertThat(queue.counts().ready()).isEqualTo(1);
        assertThat(log().acknowledged).containsExactly(0L, 1L);
    }

    @Test
    void stampsWhatComesFirstOfTheMessagesExpiryAndTheQueues() {
        // given
        queue = queue(FieldTable.builder().put("x-message-ttl", 500).build());

        // then
        assertThat(queue.expiryOf(1_000, Long.MAX_VALUE)).isEqualTo(1_500);
        assertThat(queue.expiryOf(1_000, 1_400)).isEqualTo(1_400);
        assertThat(queue.expiryOf(1_000, 1_600)).isEqualTo(1_500);
    }

    @Test
    void deliversAtOnceOrNotAtAllWhatMayNotWait() {
        // given
        queue = queue(FieldTable.builder().put("x-message-ttl", 0).build());
        Consumer consumer = consume(sink, 1, false, false);

        // when
        for (int i = 0; i < 2; i++) {
            log().append(queue.expiryOf(now, Long.MAX_VALUE));
        }
        loop.runAll();

        // then
        assertThat(sink.deliveries).hasSize(1);
        assertThat(log().acknowledged).containsExactly(1L);
        assertThat(queue.counts()).isEqualTo(new QueueCounts(0, 1, 1));

        // and when
        consumer.settled(0, Outcome.REQUEUED);
        consumer.settle();
        loop.runAll();

        // then
        assertThat(sink.deliveries).hasSize(1);
        assertThat(log().acknowledged).containsExactly(0L, 1L);
    }

    @Test
    void yieldsToOtherQueuesWhileManyMessagesExpire() {
        // given
        queue.expiryOf(now, now);
        for (int i = 0; i < 3_000; i++) {
            log().append(1_500);
        }
        loop.runAll();

        // when
        now = 1_500;
        loop.fireTimers();
        int turns = loop.runAll();

        // then
        assertThat(queue.counts().ready()).isZero();
        assertThat(log().acknowledged).hasSize(3_000);
        assertThat(turns).isEqualTo(3);
    }

    @Test
    void setsNoTimerBehindTheHead() {
        // given
        queue.expiryOf(now, now);
        for (int i = 0; i < 100; i++) {
            log().append(2_000 - i);
        }
        loop.runAll();

        // then
        assertThat(loop.timers()).isEqualTo(1);

        // and when
        queue.delete(false, false);

        // then
        assertThat(loop.timers()).isZero();
    }

    @Test
    void endsItsLeaseWhenNobodyUsesIt() {
        // given
        queue = queue(FieldTable.builder().put("x-expires", 1_000).build());
        loop.runAll();

        // when
        now = 1_900;
        queue.declared();
        now = 2_000;
        loop.fireTimers();

        // then
        assertThat(unused).isEmpty();

        // and when
        now = 2_899;
        publish(1);
        loop.fireTimers();
        assertThat(unused).isEmpty();
        now = 2_900;
        loop.fireTimers();

        // then
        assertThat(unused).containsExactly(queue);
    }

    @Test
    void keepsItsLeaseWhileItHasConsumers() {
        // given
        queue = queue(FieldTable.builder().put("x-expires", 1_000).build());
        Consumer consumer = consume(sink, 0, false, false);

        // when
        now = 9_000;
        loop.fireTimers();

        // then
        assertThat(unused).isEmpty();
        assertThat(loop.timers()).isZero();

        // and when
        queue.remove(consumer);
        unused.clear();
        now = 10_000;
        loop.fireTimers();

        // then
        assertThat(unused).containsExactly(queue);
    }

    @Test
    void refusesDeletionInUseOrNotEmpty() {
        // given
        publish(1);
        assertThatThrownBy(() -> queue.delete(false, true)).hasMessage("queue 'q' in vhost '/' not empty");
        Consumer consumer = consume(sink, 0, false, false);

        // then
        assertThatThrownBy(() -> queue.delete(true, false)).hasMessage("queue 'q' in vhost '/' in use");

        // and when
        queue.delete(false, false);
        loop.runAll();

        // then
        assertThat(sink.cancelled).containsExactly(consumer);
        assertThat(queue.isDeleted()).isTrue();
    }

    @Test
    void gathersDeliveriesToAnotherEventLoopInOneTask() {
        // given
        var otherLoop = new ManualLoop();
        var remote = new RecordingSink(otherLoop);
        consume(remote, 0, false, false);

        // when
        publish(100);

        // then
        assertThat(remote.deliveries).isEmpty();
        publish(1);
        int tasks = otherLoop.runAll();
        assertThat(remote.deliveries).hasSize(101);
        assertThat(tasks).isEqualTo(2);
    }

    @Test
    void answersGetsAndCancelsConsumersAtADamagedMessage() {
        // given
        consume(sink, 1, false, false);
        publish(3);
        var errors = new ArrayList<AmqpException>();

        // when
        log().fail(1, new CorruptData("injected"));
        queue.get(Consumer.forGet(queue, sink, true), failing(errors));
        loop.runAll();

        // then
        assertThat(errors).singleElement().satisfies(error -> {
            assertThat(error.code()).isEqualTo(ReplyCode.INTERNAL_ERROR);
            assertThat(error)
                    .hasMessage("queue 'q' in vhost '/': the message at offset 1 is damaged, see the broker logfile");
        });
        assertThat(sink.cancelled).hasSize(1);
        assertThat(unused).isEmpty();
        assertThat(queue.counts()).isEqualTo(new QueueCounts(2, 1, 0));

        // and when
        queue.purge();
        consume(sink, 0, true, false);
        publish(1);

        // then
        assertThat(sink.deliveries).extracting(RecordingSink.Delivery::offset).containsExactly(0L, 3L);
    }

    @Test
    void consumersWaitForADiskThatMayBeWellAgain() {
        // given
        consume(sink, 0, true, false);
        var errors = new ArrayList<AmqpException>();
        log().fail(0, new StorageFailure("injected"));

        // when
        publish(1);
        queue.get(Consumer.forGet(queue, sink, true), failing(errors));
        loop.runAll();

        // then
        assertThat(errors)
                .singleElement()
                .extracting(AmqpException::getMessage)
                .asString()
                .contains("offset 0 cannot be read");
        assertThat(sink.cancelled).isEmpty();

        // and when
        log().fail(0, null);
        loop.runAll();

        // then
        assertThat(sink.deliveries).hasSize(1);
    }

    private static GetListener failing(List<AmqpException> errors) {
        return new GetListener() {
            @Override
            public void onMessage(@Nullable MessageView message, boolean redelivered, long remaining) {
                throw new AssertionError("nothing is to be got");
            }

            @Override
            public void onUnreadable(AmqpException error) {
                errors.add(error);
            }
        };
    }
}
