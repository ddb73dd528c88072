package dev.tandem.amqp.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.amqp.testsupport.ManualLoop;
import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.storage.nondurable.MemoryBudget;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class UnackedLedgerTest {
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
    private final Consumer consumer = Consumer.forGet(queue, sink, false);
    private final UnackedLedger ledger = new UnackedLedger();

    @Property
    void takesOutAndPutsBackInTheOrderOfTheTags(@ForAll long seed) {
        // given
        var random = new Random(seed);
        var expected = new TreeMap<Long, Long>();
        List<Unacked> taken = new ArrayList<>();
        drain(new TreeMap<>(), false);

        // when
        for (long tag = 1; tag < 300; tag++) {
            ledger.add(tag, tag * 7, consumer);
            expected.put(tag, tag * 7);
            if (random.nextInt(3) == 0) {
                long one = 1 + random.nextInt((int) tag);
                boolean known = expected.remove(one) != null;
                assertThat(ledger.take(one, (t, c, offset) -> taken.add(new Unacked(t, offset, c))))
                        .isEqualTo(known);
            }
            if (random.nextInt(20) == 0) {
                ledger.restore(taken);
                taken.forEach(delivery -> expected.put(delivery.tag(), delivery.offset()));
                taken.clear();
            }
        }

        // then
        assertThat(ledger.size()).isEqualTo(expected.size());
        drain(expected, true);
    }

    private void drain(TreeMap<Long, Long> expected, boolean check) {
        List<Long> tags = new ArrayList<>();
        ledger.takeAll((tag, from, offset) -> {
            tags.add(tag);
            if (check) {
                assertThat(offset).isEqualTo(expected.get(tag));
            }
        });
        if (check) {
            assertThat(tags).containsExactlyElementsOf(expected.keySet());
        }
    }
}
