package dev.tandem.amqp.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.amqp.testsupport.ManualLoop;
import dev.tandem.storage.record.MessageRecord;
import dev.tandem.storage.record.Slice;
import java.nio.charset.StandardCharsets;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TransientQueueLogTest {

    @Property
    void holdsExactlyWhatIsNotAcknowledged(@ForAll long seed) {
        // given
        var random = new java.util.Random(seed);
        var budget = new MemoryBudget(1 << 30);
        var log = new TransientQueueLog(budget);
        var live = new TreeSet<Long>();

        // when
        for (int step = 0; step < 500; step++) {
            if (random.nextInt(5) < 3) {
                Slice record = record(log.end());
                budget.take(record.length());
                live.add(log.end());
                log.append(record);
            } else if (!live.isEmpty()) {
                Long offset = live.ceiling((long) random.nextInt((int) log.end()));
                if (offset != null) {
                    live.remove(offset);
                    log.acknowledge(offset);
                    log.acknowledge(offset);
                }
            }
        }

        // then
        for (long offset : live) {
            assertThat(log.read(offset).body()).isEqualTo(body(offset));
        }
        log.delete();
        assertThat(log.sizeInBytes()).isZero();
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void wakesPublishersWhenThereIsMemoryAgain() {
        // given
        var loop = new ManualLoop();
        var budget = new MemoryBudget(100);
        var log = new TransientQueueLog(budget);
        Slice record = record(0);
        budget.take(record.length());
        budget.take(record.length());
        log.append(record);
        log.append(record);
        var woken = new java.util.concurrent.atomic.AtomicBoolean();
        assertThat(budget.isExhausted()).isTrue();
        budget.whenAvailable(loop, () -> woken.set(true));
        loop.runAll();
        assertThat(woken).isFalse();

        // when
        log.acknowledge(1);
        loop.runAll();

        // then
        assertThat(woken).isTrue();
    }

    private static Slice record(long offset) {
        return MessageRecord.encode(
                false, Long.MAX_VALUE, Slice.EMPTY, Slice.EMPTY, Slice.of(new byte[2]), body(offset));
    }

    private static Slice body(long offset) {
        return Slice.of(("message " + offset).getBytes(StandardCharsets.US_ASCII));
    }
}
