package dev.tandem.storage.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.storage.Distribution;
import java.util.List;
import org.junit.jupiter.api.Test;

class DistributionRecorderTest {
    private final DistributionRecorder recorder = new DistributionRecorder(10, 100);

    @Test
    void countsAValueInTheFirstBucketThatHoldsIt() {
        // when
        for (long value : new long[] {0, 10, 11, 100, 101, 5_000}) {
            recorder.record(value);
        }

        // then
        assertThat(recorder.snapshot()).isEqualTo(new Distribution(List.of(10L, 100L), List.of(2L, 2L, 2L), 5_222));
    }

    @Test
    void estimatesQuantilesWithinABucket() {
        // given
        for (int i = 0; i < 90; i++) {
            recorder.record(5);
        }
        for (int i = 0; i < 10; i++) {
            recorder.record(50);
        }

        // then
        assertThat(recorder.snapshot().quantile(0.45)).isEqualTo(5);
        assertThat(recorder.snapshot().quantile(0.95)).isEqualTo(55);
        assertThat(recorder.snapshot().quantile(1)).isEqualTo(100);
        assertThat(recorder.snapshot().mean()).isEqualTo(9.5);
    }

    @Test
    void tellsOfTheLastBucketWhereItBegins() {
        recorder.record(7_000);

        assertThat(recorder.snapshot().quantile(0.5)).isEqualTo(100);
    }

    @Test
    void tellsWhatCameSinceAnEarlierLook() {
        // given
        recorder.record(5);
        Distribution before = recorder.snapshot();

        // when
        recorder.record(20);
        recorder.record(30);

        // then
        assertThat(recorder.snapshot().since(before))
                .isEqualTo(new Distribution(List.of(10L, 100L), List.of(0L, 2L, 0L), 50));
        assertThat(before.since(before).quantile(0.99)).isZero();
        assertThat(before.since(before).mean()).isZero();
    }

    @Test
    void refusesBucketsThatDoNotFitTheirBounds() {
        assertThatThrownBy(() -> new Distribution(List.of(1L), List.of(1L), 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
