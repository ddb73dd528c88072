package dev.tandem.storage.cursor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class PendingRangesTest {
    @Property
    void mergesToTheFewestRangesAboveTheFloor(
            @ForAll @Size(max = 100) List<@IntRange(max = 400) Integer> firsts,
            @ForAll @IntRange(max = 400) int floor,
            @ForAll @IntRange(min = 1, max = 9) int step) {
        // given
        var pending = new PendingRanges();
        var offsets = new BitSet();
        for (int i = 0; i < firsts.size(); i++) {
            int first = firsts.get(i);
            int end = first + 1 + i * step % 11;
            pending.add(first, end);
            offsets.set(first, end);
        }
        offsets.clear(0, floor);

        // when
        long[] merged = pending.mergedAbove(floor);

        // then
        assertThat(merged).isEqualTo(runs(offsets));
    }

    private static long[] runs(BitSet offsets) {
        long[] runs = new long[2 * offsets.cardinality()];
        int count = 0;
        for (int first = offsets.nextSetBit(0); first >= 0; first = offsets.nextSetBit((int) runs[count - 1])) {
            runs[count++] = first;
            runs[count++] = offsets.nextClearBit(first);
        }
        return Arrays.copyOf(runs, count);
    }

    @Example
    void rangesOneBehindTheOtherTakeOnePlace() {
        // given
        var pending = new PendingRanges();

        // when
        for (long offset = 5; offset < 5 + 10L * PendingRanges.MAX_PAIRS; offset++) {
            pending.add(offset, offset + 1);
        }

        // then
        assertThat(pending.hasOverflowed()).isFalse();
        assertThat(pending.mergedAbove(0)).containsExactly(5, 5 + 10L * PendingRanges.MAX_PAIRS);
    }

    @Example
    void givesUpWhenTheRangesCannotFitADelta() {
        // given
        var pending = new PendingRanges();
        for (long i = 0; i < PendingRanges.MAX_PAIRS; i++) {
            pending.add(2 * i, 2 * i + 1);
        }
        assertThat(pending.hasOverflowed()).isFalse();

        // when
        pending.add(1_000_000, 1_000_001);

        // then
        assertThat(pending.hasOverflowed()).isTrue();

        // when
        pending.clear();

        // then
        assertThat(pending.hasOverflowed()).isFalse();
        assertThat(pending.isEmpty()).isTrue();
    }
}
