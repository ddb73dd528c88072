package dev.tandem.amqp.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class KeptAcksTest {
    private final KeptAcks kept = new KeptAcks();

    @Test
    void joinsWhatIsAcknowledgedInOrder() {
        // when
        for (int i = 0; i < 1_000; i++) {
            kept.add(CursorAddress.ofPrivate(7), new long[] {i, i + 1});
        }

        // then
        assertThat(drained()).containsOnlyKeys(7L).hasEntrySatisfying(7L, ranges -> assertThat(ranges)
                .containsExactly(0, 1_000));
        assertThat(kept.isEmpty()).isTrue();
    }

    @Property(tries = 200)
    void keepsExactlyWhatWasAdded(@ForAll @Size(max = 30) List<@IntRange(min = 0, max = 99) Integer> starts) {
        // given
        var expected = new BitSet();
        for (int start : starts) {
            int end = start + 1 + start % 7;
            expected.set(start, end);

            // when
            kept.add(CursorAddress.ofPrivate(1), new long[] {start, end});
        }

        // then
        var held = new BitSet();
        long last = -1;
        long[] ranges = drained().getOrDefault(1L, new long[0]);
        for (int i = 0; i < ranges.length; i += 2) {
            assertThat(ranges[i]).isGreaterThan(last);
            held.set((int) ranges[i], (int) ranges[i + 1]);
            last = ranges[i + 1];
        }
        assertThat(held).isEqualTo(expected);
    }

    private Map<Long, long[]> drained() {
        var drained = new HashMap<Long, long[]>();
        kept.drainTo((cursor, ranges) -> drained.put(cursor.logId(), ranges));
        return drained;
    }
}
