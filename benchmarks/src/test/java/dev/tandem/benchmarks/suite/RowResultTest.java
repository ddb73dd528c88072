package dev.tandem.benchmarks.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.benchmarks.suite.RowResult.Figures;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowResultTest {

    @Test
    void showsMediansOfTheSidesAndOfTheRatiosPairByPair() {
        // given
        var row = new RowResult(
                "produce, rec/s", List.of(new Figures(300, 100), new Figures(100, 200), new Figures(200, 100)));

        // when
        String line = row.line();

        // then
        assertThat(line).isEqualTo("produce, rec/s\t200\t100\t2.000\t0.500\t3.000");
    }

    @Test
    void showsADashForASideThatWasNotMeasured() {
        // given
        var row = new RowResult("p50, ms", List.of(new Figures(Double.NaN, 1.5), new Figures(Double.NaN, 0.5)));

        // when
        String line = row.line();

        // then
        assertThat(line).isEqualTo("p50, ms\t-\t1.00\t-\t-\t-");
    }

    @Test
    void showsADashForARatioOfTwoZeros() {
        // given
        var row = new RowResult("p50, ms", List.of(new Figures(0, 0)));

        // when
        String line = row.line();

        // then
        assertThat(line).isEqualTo("p50, ms\t0.00\t0.00\t-\t-\t-");
    }
}
