package dev.tandem.amqp.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.testsupport.ManualLoop;
import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.ShortString;
import dev.tandem.storage.nondurable.MemoryBudget;
import dev.tandem.storage.record.MessageView;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/** A queue does what a sorted set of ready messages would do, whatever happens to it in whatever order. */
class MessageQueueModelTest {

    @Property
    void behavesLikeASortedSetOfReadyMessages(
            @ForAll long seed, @ForAll boolean isCold, @ForAll @IntRange(max = 3) int consumers) {
        var model = new Model(new Random(seed), isCold);
        for (int i = 0; i < consumers; i++) {
            model.consume();
        }
        for (int step = 0; step < 200; step++) {
            model.step();
            model.check();
        }
        model.drain();
    }

    private static final class Model {
        final Random random;
        final ManualLoop loop = new ManualLoop();
        final RecordingSink sink = new RecordingSink(loop);
        final UnackedLedger ledger = new UnackedLedger();
        final List<Consumer> consumers = new ArrayList<>();
        final List<Long> openTags = new ArrayList<>();
        final TreeSet<Long> ready = new TreeSet<>();
        final TreeSet<Long> unacked = new TreeSet<>();
        final TreeSet<Long> done = new TreeSet<>();
        final Map<Long, Integer> returned = new HashMap<>();
        final MessageQueue queue;

        @Nullable
        FakeQueueLog log;

        long published;
        long lastTag;
        int seen;

        Model(Random random, boolean isCold) {
            this.random = random;
            this.queue = MessageQueue.over(
                    new QueueSettings("/", "q", true, false, null, FieldTable.EMPTY),
                    loop,
                    new QueueServices(
                            commit -> {},
                            new MemoryBudget(1 << 20, () -> {}),
                            new MessageCounters(),
                            InstantSource.system()),
                    (wake, lane) -> log = new FakeQueueLog(loop, wake, isCold),
                    1,
                    1,
                    new RecordingHost(new ArrayList<>()));
        }

        void consume() {
            var consumer = Consumer.of(
                    queue,
                    sink,
                    ShortString.of("c" + consumers.size()),
                    random.nextInt(4) == 0,
                    false,
                    random.nextInt(4),
                    FieldTable.EMPTY);
            queue.add(consumer);
            consumers.add(consumer);
            settle();
        }

        void step() {
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> publish(1 + random.nextInt(20));
                case 3, 4 -> settleOne(random.nextBoolean());
                case 5 -> settleMany(random.nextBoolean());
                case 6 -> get(random.nextBoolean());
                case 7 -> recover();
                case 8 -> purge();
                default -> replaceConsumer();
            }
            settle();
        }

        void publish(int count) {
            for (int i = 0; i < count; i++) {
                ready.add(published++);
                Objects.requireNonNull(log).append(Long.MAX_VALUE);
            }
        }

        void settleOne(boolean requeue) {
            if (!openTags.isEmpty()) {
                long tag = openTags.get(random.nextInt(openTags.size()));
                assertThat(ledger.take(tag, visitor(requeue))).isTrue();
                openTags.remove(tag);
                assertThat(ledger.take(tag, visitor(requeue))).isFalse();
            }
        }

        void settleMany(boolean requeue) {
            if (!openTags.isEmpty()) {
                long tag = openTags.get(random.nextInt(openTags.size()));
                assertThat(ledger.takeUpTo(tag, visitor(requeue))).isTrue();
                openTags.removeIf(open -> open <= tag);
            }
        }

        void recover() {
            ledger.takeAll(visitor(true));
            openTags.clear();
        }

        UnackedLedger.Visitor visitor(boolean requeue) {
            return (tag, consumer, offset) -> {
                unacked.remove(offset);
                if (requeue) {
                    ready.add(offset);
                    returned.merge(offset, 1, Integer::sum);
                    consumer.settled(offset, Outcome.REQUEUED);
                } else {
                    done.add(offset);
                    consumer.settled(offset, random.nextBoolean() ? Outcome.ACKNOWLEDGED : Outcome.REJECTED);
                }
                settling.add(consumer);
            };
        }

        final Set<Consumer> settling = new HashSet<>();

        void get(boolean noAck) {
            settle();
            var taker = Consumer.forGet(queue, sink, noAck);
            var found = new ArrayList<Long>();
            queue.get(taker, new GetListener() {
                @Override
                public void onMessage(@Nullable MessageView message, boolean again, long remaining) {
                    if (message == null) {
                        found.add(-1L);
                    } else {
                        sink.deliveries.add(new RecordingSink.Delivery(taker, message.offset(), again));
                        found.add(message.offset());
                    }
                }

                @Override
                public void onUnreadable(AmqpException error) {
                    throw error;
                }
            });
            loop.runAll();
            assertThat(found).hasSize(1);
            if (found.get(0) == -1) {
                see();
                assertThat(ready).isEmpty();
            }
        }

        void purge() {
            settle();
            assertThat(queue.purge()).isEqualTo(ready.size());
            done.addAll(ready);
            ready.clear();
        }

        void replaceConsumer() {
            if (!consumers.isEmpty()) {
                queue.remove(consumers.remove(0));
                consume();
            }
        }

        /** Lets the queue come to rest, then compares every delivery with the lowest message that was ready. */
        void settle() {
            for (Consumer consumer : settling) {
                consumer.settle();
            }
            settling.clear();
            loop.runAll();
            see();
        }

        void see() {
            for (; seen < sink.deliveries.size(); seen++) {
                var delivery = sink.deliveries.get(seen);
                assertThat(delivery.offset()).isEqualTo(ready.pollFirst());
                assertThat(delivery.redelivered()).isEqualTo(returned.containsKey(delivery.offset()));
                if (delivery.consumer().isNoAck()) {
                    done.add(delivery.offset());
                } else {
                    unacked.add(delivery.offset());
                    ledger.add(++lastTag, delivery.offset(), delivery.consumer());
                    openTags.add(lastTag);
                }
            }
        }

        void check() {
            assertThat(queue.counts()).isEqualTo(new QueueCounts(ready.size(), unacked.size(), consumers.size()));
            assertThat(queue.statistics().counts()).isEqualTo(queue.counts());
            assertThat(ledger.size()).isEqualTo(unacked.size());
            assertThat(Objects.requireNonNull(log).acknowledged).isEqualTo(done);
            assertThat(log.returns).isEqualTo(returned);
            returned.forEach((offset, times) ->
                    assertThat(queue.deliveryCount(offset)).isEqualTo(done.contains(offset) ? 0 : times));
            if (!ready.isEmpty()) {
                assertThat(consumers).noneMatch(Consumer::isEager);
            }
        }

        void drain() {
            recover();
            settle();
            while (!ready.isEmpty() || !unacked.isEmpty()) {
                ledger.takeAll(visitor(false));
                openTags.clear();
                get(true);
            }
            check();
            assertThat(done).hasSize((int) published);
        }
    }
}
