package dev.tandem.amqp.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.amqp.testsupport.ManualLoop;
import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.ShortString;
import dev.tandem.storage.nondurable.MemoryBudget;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConsumerRingTest {
    private final ManualLoop loop = new ManualLoop();
    private final RecordingSink sink = new RecordingSink(loop);
    private final MessageQueue queue = MessageQueue.over(
            new QueueSettings("/", "q", false, false, null, FieldTable.EMPTY),
            loop,
            new QueueServices(
                    commit -> {}, new MemoryBudget(1 << 20, () -> {}), new MessageCounters(), InstantSource.system()),
            (wake, lane) -> new FakeQueueLog(loop, wake, false),
            0,
            1,
            new RecordingHost(new ArrayList<>()));

    @Test
    void servesTheHighestPriorityWhileItHasCreditAndItsConsumersInTurn() {
        // given
        var ring = new ConsumerRing(null);
        Consumer low = consumer("low", -1, 100, false);
        Consumer first = consumer("first", 5, 2, false);
        Consumer second = consumer("second", 5, 1, false);
        List.of(low, first, second).forEach(ring::add);

        // then
        assertThat(serve(ring, 6)).containsExactly("first", "second", "first", "low", "low", "low");
        second.settled(1);
        assertThat(serve(ring, 2)).containsExactly("second", "low");
        ring.remove(low);
        assertThat(serve(ring, 1)).isEmpty();
        assertThat(ring.size()).isEqualTo(2);
    }

    @Test
    void goesOnInTurnWhenAConsumerLeaves() {
        // given
        var ring = new ConsumerRing(null);
        Consumer a = consumer("a", 0, 0, false);
        List.of(a, consumer("b", 0, 0, false), consumer("c", 0, 0, false)).forEach(ring::add);

        // when
        List<String> before = serve(ring, 2);
        ring.remove(a);

        // then
        assertThat(before).containsExactly("a", "b");
        assertThat(serve(ring, 3)).containsExactly("c", "b", "c");
    }

    @Test
    void staysWithTheSingleActiveConsumerUntilItIsGone() {
        // given
        var ring = new ConsumerRing(new SingleActiveConsumer(false));
        Consumer active = consumer("active", 0, 1, false);
        ring.add(active);
        ring.add(consumer("next", 0, 0, false));
        List<String> first = serve(ring, 2);

        // when
        ring.add(consumer("high", 7, 0, false));
        List<String> withoutCredit = serve(ring, 1);
        active.settled(1);
        List<String> again = serve(ring, 1);
        ring.remove(active);

        // then
        assertThat(first).containsExactly("active");
        assertThat(withoutCredit).isEmpty();
        assertThat(again).containsExactly("active");
        assertThat(serve(ring, 2)).containsExactly("high", "high");
    }

    @Test
    void letsAHigherPriorityTakeOverOnceTheActiveOneIsThroughWithItsDeliveries() {
        // given
        var ring = new ConsumerRing(new SingleActiveConsumer(true));
        Consumer active = consumer("active", 0, 0, false);
        ring.add(active);
        serve(ring, 1);

        // when
        ring.add(consumer("high", 7, 0, false));
        List<String> meanwhile = serve(ring, 1);
        active.settled(1);

        // then
        assertThat(meanwhile).isEmpty();
        assertThat(serve(ring, 1)).containsExactly("high");
    }

    @Test
    void keepsExclusiveConsumersAlone() {
        // given
        var shared = new ConsumerRing(null);
        shared.add(consumer("shared", 0, 0, false));
        var owned = new ConsumerRing(null);
        owned.add(consumer("owner", 0, 0, true));

        // then
        assertThat(shared.forbids(consumer("other", 0, 0, true))).isTrue();
        assertThat(shared.forbids(consumer("other", 0, 0, false))).isFalse();
        assertThat(owned.forbids(consumer("other", 0, 0, false))).isTrue();
        assertThat(new ConsumerRing(null).forbids(consumer("first", 0, 0, true)))
                .isFalse();
        assertThat(new ConsumerRing(new SingleActiveConsumer(false)).forbids(consumer("first", 0, 0, true)))
                .isTrue();
    }

    /** Sends messages until nobody wants one; the tags of who got them. */
    private static List<String> serve(ConsumerRing ring, int most) {
        var tags = new ArrayList<String>();
        for (int i = 0; i < most; i++) {
            Consumer consumer = ring.nextEager();
            if (consumer == null) {
                break;
            }
            assertThat(consumer.takeCredit()).isTrue();
            ring.advance();
            tags.add(consumer.tag().toString());
        }
        return tags;
    }

    private Consumer consumer(String tag, long priority, int prefetch, boolean exclusive) {
        FieldTable arguments = FieldTable.builder().put("x-priority", priority).build();
        return Consumer.of(queue, sink, ShortString.of(tag), false, exclusive, prefetch, arguments);
    }
}
