package dev.tandem.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextFormsTest {
    @Property
    void readsEverySizeThatItWrites(@ForAll @LongRange(min = 0, max = Long.MAX_VALUE / 2) long bytes) {
        assertThat(SizeText.parse(SizeText.format(bytes))).isEqualTo(bytes);
    }

    @Property
    void readsEveryDurationThatItWrites(@ForAll @IntRange(min = 0) int millis) {
        assertThat(DurationText.parse(DurationText.format(Duration.ofMillis(millis))))
                .isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @CsvSource({
        "64MiB, 67108864",
        "1GB, 1000000000",
        "4kb, 4000",
        "4KIB, 4096",
        "77, 77",
        "5 b, 5",
        "2TiB, 2199023255552"
    })
    void readsSizesWithDecimalAndBinaryUnits(String text, long bytes) {
        assertThat(SizeText.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"500ms, PT0.5S", "3s, PT3S", "1m, PT1M", "2h, PT2H", "7d, PT168H", "0, PT0S"})
    void readsDurationsWithUnits(String text, Duration duration) {
        assertThat(DurationText.parse(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @CsvSource({"kitten, sitting, 3", "flaw, lawn, 2", "'', abc, 3", "same, same, 0"})
    void countsEdits(String from, String to, int edits) {
        assertThat(NearestKey.editDistance(from, to)).isEqualTo(edits);
    }
}
