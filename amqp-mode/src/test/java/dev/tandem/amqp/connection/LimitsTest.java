package dev.tandem.amqp.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.amqp.method.ConnectionMethod.TuneOk;
import org.junit.jupiter.api.Test;

class LimitsTest {
    private final Limits proposed = new Limits(2047, 131_072, 60);

    @Test
    void takesWhatTheClientLowersAndAnyHeartbeat() {
        // when // then
        assertThat(proposed.settle(new TuneOk(10, 4096, 600))).isEqualTo(new Limits(10, 4096, 600));
    }

    @Test
    void refusesMoreThanItProposed() {
        // when // then
        expectRefusal(
                new TuneOk(3000, 4096, 0),
                "negotiated channel_max = 3000 is higher than the maximum allowed value (2047)");
        expectRefusal(
                new TuneOk(1, 131_073, 0),
                "negotiated frame_max = 131073 is higher than the maximum allowed value (131072)");
    }

    @Test
    void refusesNoLimit() {
        // when // then
        expectRefusal(
                new TuneOk(0, 4096, 0),
                "negotiated channel_max = 0 (no limit) is higher than the maximum allowed value (2047)");
        expectRefusal(
                new TuneOk(1, 0, 0), "negotiated frame_max = 0 is higher than the maximum allowed value (131072)");
    }

    private void expectRefusal(TuneOk answer, String text) {
        assertThatThrownBy(() -> proposed.settle(answer)).isInstanceOfSatisfying(AmqpException.class, error -> {
            assertThat(error.text()).isEqualTo("NOT_ALLOWED - " + text);
            assertThat(error.classId()).isEqualTo(10);
            assertThat(error.methodId()).isEqualTo(30);
        });
    }
}
