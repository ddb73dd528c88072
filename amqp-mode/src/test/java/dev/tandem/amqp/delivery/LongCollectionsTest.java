package dev.tandem.amqp.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.UniqueElements;

class LongCollectionsTest {

    @Property
    void returnsTheLowestOffsetFirst(@ForAll @UniqueElements List<@LongRange(max = 1000) Long> offsets) {
        // given
        var returned = new ReturnedOffsets();
        offsets.forEach(returned::add);

        // then
        for (long expected : new TreeSet<>(offsets)) {
            assertThat(returned.lowest()).isEqualTo(expected);
            assertThat(returned.removeLowest()).isEqualTo(expected);
        }
        assertThat(returned.isEmpty()).isTrue();
    }

    @Property
    void mergesOffsetsIntoAscendingRanges(@ForAll List<@LongRange(max = 100) Long> offsets) {
        // given
        var array = new LongArray();
        offsets.forEach(array::add);

        // when
        long[] ranges = array.toRanges();

        // then
        var covered = new TreeSet<Long>();
        for (int i = 0; i < ranges.length; i += 2) {
            assertThat(ranges[i]).isLessThan(ranges[i + 1]);
            if (i > 0) {
                assertThat(ranges[i]).isGreaterThan(ranges[i - 1]);
            }
            for (long offset = ranges[i]; offset < ranges[i + 1]; offset++) {
                covered.add(offset);
            }
        }
        assertThat(covered).isEqualTo(new TreeSet<>(offsets));
    }
}
