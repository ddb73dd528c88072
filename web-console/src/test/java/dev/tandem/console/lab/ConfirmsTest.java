package dev.tandem.console.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfirmsTest {
    private final Confirms confirms = new Confirms();
    private final List<String> heard = new ArrayList<>();

    @Test
    void completesAllUpToAMultipleConfirmOnce() {
        // given
        expect(7, 8, 9, 10);

        // when
        confirms.complete(8, false, true);
        confirms.complete(9, true, true);
        confirms.complete(9, true, true);

        // then
        assertThat(heard).containsExactly("8 true", "7 true", "9 true");
    }

    @Test
    void tellsNegativeConfirms() {
        // given
        expect(1);

        // when
        confirms.complete(1, false, false);

        // then
        assertThat(heard).containsExactly("1 false");
    }

    private void expect(long... numbers) {
        for (long number : numbers) {
            confirms.expect(number, acknowledged -> heard.add(number + " " + acknowledged));
        }
    }
}
