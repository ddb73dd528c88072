package dev.tandem.amqp.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NamePatternTest {

    @Test
    void isFoundAnywhereInAName() {
        assertThat(new NamePattern("order").matches("my-orders")).isTrue();
        assertThat(new NamePattern("^order").matches("my-orders")).isFalse();
        assertThat(new NamePattern(".*").matches("")).isTrue();
    }

    @Test
    void theEmptyOneMatchesTheEmptyNameAlone() {
        assertThat(new NamePattern("").matches("")).isTrue();
        assertThat(new NamePattern("").matches("q")).isFalse();
    }

    @Test
    void givesUpWhatWouldTakeForever() {
        // given
        String name = "a".repeat(200) + "!";

        // when // then
        assertThat(new NamePattern("^(a+)+$").matches(name)).isFalse();
        assertThat(new NamePattern("^(a|aa)+$").matches(name)).isFalse();
    }

    @Test
    void refusesWhatIsNoExpression() {
        assertThatThrownBy(() -> new NamePattern("a("))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("'a(' is no regular expression");
        assertThatThrownBy(() -> new NamePattern("a".repeat(5000))).isInstanceOf(IllegalArgumentException.class);
    }
}
