package dev.tandem.console.lab;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ScheduleTest {

    @Test
    void spreadsARateEvenlyOverProducers() {
        // given
        var first = Schedule.of(0, 1_000, 0, 2);
        var second = Schedule.of(0, 1_000, 1, 2);

        // then
        assertThat(first.intendedNanos(0)).isZero();
        assertThat(second.intendedNanos(0)).isEqualTo(1_000_000);
        assertThat(first.intendedNanos(1)).isEqualTo(2_000_000);
    }

    @Test
    void doesNotPaceWithoutARate() {
        assertThat(Schedule.of(0, 0, 0, 1).isPaced()).isFalse();
    }

    @Property
    void neverDriftsFromItsRate(
            @ForAll @LongRange(min = 1, max = 1_000_000) long rate,
            @ForAll @IntRange(min = 1, max = 32) int producers,
            @ForAll @LongRange(min = 1, max = 100_000_000) long sequence) {
        var schedule = Schedule.of(0, rate, 0, producers);
        double exact = sequence * 1e9 * producers / rate;
        assertThat((double) schedule.intendedNanos(sequence)).isBetween(exact - 1_000, exact + 1_000);
        assertThat(schedule.intendedNanos(sequence)).isGreaterThanOrEqualTo(schedule.intendedNanos(sequence - 1));
    }
}
