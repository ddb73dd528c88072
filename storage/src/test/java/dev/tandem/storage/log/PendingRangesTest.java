package dev.tandem.storage.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which ranges are joined, rest and go. */
class PendingRangesTest {
    private final PendingRanges pending = new PendingRanges();

    @Test
    void aHeadThatGrowsIsOneRangeAndDoesNotRest() {
        // given
        pending.add(FreedRange.emptied(1, 10, 100), 1_000);

        // when
        pending.add(FreedRange.emptied(1, 20, 100), 2_000);

        // then
        assertThat(pending.takeRested(1_999)).isEmpty();
        assertThat(pending.bytes()).isEqualTo(200);
        assertThat(pending.takeRested(2_000)).containsExactly(FreedRange.emptied(1, 20, 200));
        assertThat(pending.bytes()).isZero();
        assertThat(pending.all()).isEmpty();
    }

    @Test
    void rangesOfOtherLogsRestOnTheirOwn() {
        // given
        pending.add(FreedRange.emptied(1, 10, 100), 1_000);
        pending.add(FreedRange.emptied(2, 10, 50), 5_000);

        // when
        var rested = pending.takeRested(1_000);

        // then
        assertThat(rested).containsExactly(FreedRange.emptied(1, 10, 100));
        assertThat(pending.all()).containsExactly(FreedRange.emptied(2, 10, 50));
        assertThat(pending.bytes()).isEqualTo(50);
    }

    @Test
    void aThinnedRangeIsNeverJoinedWithAHead() {
        // when
        pending.add(FreedRange.emptied(1, 10, 100), 1_000);
        pending.add(FreedRange.thinned(1, 10, 20, 100), 1_000);

        // then
        assertThat(pending.all())
                .containsExactlyInAnyOrder(FreedRange.emptied(1, 10, 100), FreedRange.thinned(1, 10, 20, 100));
    }

    @Test
    void aRangeThatHasGrownSinceIsNotRemoved() {
        // given
        pending.add(FreedRange.emptied(1, 10, 100), 1_000);
        var seen = pending.all().get(0);
        pending.add(FreedRange.emptied(1, 20, 100), 1_000);

        // when
        pending.remove(seen);

        // then
        assertThat(pending.all()).containsExactly(FreedRange.emptied(1, 20, 200));
        pending.remove(FreedRange.emptied(1, 20, 200));
        assertThat(pending.all()).isEmpty();
        assertThat(pending.bytes()).isZero();
    }
}
