package dev.tandem.amqp.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.amqp.argument.QueueOptions;
import dev.tandem.amqp.wire.FieldTable;
import org.junit.jupiter.api.Test;

class LengthLimitTest {

    @Test
    void countsWhatIsTooMuchWhenOldMessagesGo() {
        // given
        LengthLimit limit = limit(10, "drop-head");

        // then
        assertThat(limit.excess(10)).isZero();
        assertThat(limit.excess(13)).isEqualTo(3);
        assertThat(limit.withoutExcess(13)).isEqualTo(10);
        assertThat(limit.rejects()).isFalse();
        assertThat(limit.offsetLimit()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void welcomesAppendsUpToTheOffsetThatFillsTheQueue() {
        // given
        LengthLimit limit = limit(10, "reject-publish");
        assertThat(limit.offsetLimit()).isEqualTo(10);

        // when
        limit.update(100, 4, 0);

        // then
        assertThat(limit.offsetLimit()).isEqualTo(106);
        assertThat(limit.excess(13)).as("what came back stays").isZero();

        // and when
        limit.update(100, 13, 0);

        // then
        assertThat(limit.offsetLimit()).isEqualTo(97);
    }

    @Test
    void letsInWhatConsumersCouldBeSentAtOnce() {
        // given
        LengthLimit limit = limit(0, "reject-publish");
        assertThat(limit.offsetLimit()).isZero();

        // when
        limit.update(100, 0, 3);

        // then
        assertThat(limit.offsetLimit()).isEqualTo(103);

        // and when
        limit.update(100, 0, Long.MAX_VALUE);

        // then
        assertThat(limit.offsetLimit()).isEqualTo(Long.MAX_VALUE - 1);
    }

    private static LengthLimit limit(long maxLength, String overflow) {
        return new LengthLimit(QueueOptions.of(FieldTable.builder()
                .put("x-max-length", maxLength)
                .put("x-overflow", overflow)
                .build()));
    }
}
