package dev.tandem.amqp.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TagTimesTest {
    private final TagTimes times = new TagTimes();

    @Test
    void takesTheFirstMomentThatHasTheTag() {
        // given
        times.note(3, 100);
        times.note(3, 200);
        times.note(7, 300);

        // then
        assertThat(times.timeOf(2)).isEqualTo(100);
        assertThat(times.timeOf(3)).isEqualTo(100);
        assertThat(times.timeOf(4)).isEqualTo(300);
        assertThat(times.size()).isEqualTo(1);
    }

    /** No tag is older than it is, and none much younger, however many moments there are. */
    @Property(tries = 50)
    void neverMakesATagOlderAndKeepsFewNotes(
            @ForAll @Size(min = 1, max = 2_000) List<@IntRange(max = 3) Integer> given) {
        // given
        times.clear();
        long[] givenAt = new long[given.size() * 3 + 1];
        int lastTag = 0;
        for (int moment = 0; moment < given.size(); moment++) {
            for (int i = 0; i < given.get(moment); i++) {
                givenAt[++lastTag] = moment;
            }
            times.note(lastTag, moment);
            assertThat(times.size()).isLessThanOrEqualTo(128);
        }

        // then
        for (int tag = 1; tag <= lastTag; tag++) {
            assertThat(times.timeOf(tag)).isBetween(givenAt[tag], givenAt[tag] + given.size() / 16 + 1);
        }
    }
}
