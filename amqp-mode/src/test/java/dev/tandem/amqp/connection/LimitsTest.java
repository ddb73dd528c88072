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
    void takesZeroAsWhatWasProposed() {
        // when // then
        assertThat(proposed.settle(new TuneOk(0, 0, 0))).isEqualTo(new Limits(2047, 131_072, 0));
    }

    @Test
    void refusesMoreThanItProposed() {
        // when // then
        assertThatThrownBy(() -> proposed.settle(new TuneOk(3000, 0, 0)))
                .isInstanceOf(AmqpException.class)
                .hasMessage("negotiated channel_max = 3000 is higher than the maximum allowed value (2047)");
        assertThatThrownBy(() -> proposed.settle(new TuneOk(0, 131_073, 0)))
                .isInstanceOf(AmqpException.class)
                .hasMessage("negotiated frame_max = 131073 is higher than the maximum allowed value (131072)");
    }
}
