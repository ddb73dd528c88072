package dev.tandem.amqp.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.amqp.argument.QueueOptions;
import dev.tandem.amqp.wire.FieldTable;
import org.junit.jupiter.api.Test;

class LengthLimitTest {

    @Test
    void countsWhatIsTooMuchWhenOldMessagesGo() {
        // given
        LengthLimit limit = limit("x-max-length", 10, "drop-head");

        // then
        assertThat(limit.excess(10)).isZero();
        assertThat(limit.excess(13)).isEqualTo(3);
        assertThat(limit.withoutExcess(13)).isEqualTo(10);
        assertThat(limit.rejects()).isFalse();
        assertThat(admitted(limit, 20, 1)).isEqualTo(20);
    }

    @Test
    void knowsWhenBytesAreTooMany() {
        // given
        LengthLimit dropping = limit("x-max-length-bytes", 10, "drop-head");
        LengthLimit rejecting = limit("x-max-length-bytes", 10, "reject-publish");

        // then
        assertThat(dropping.isExceededBy(10)).isFalse();
        assertThat(dropping.isExceededBy(11)).isTrue();
        assertThat(rejecting.isExceededBy(11)).as("what came back stays").isFalse();
    }

    @Test
    void letsInWhatFillsTheQueueThoughItIsOnItsWay() {
        // given
        LengthLimit limit = limit("x-max-length", 10, "reject-publish");

        // then
        assertThat(admitted(limit, 20, 1)).isEqualTo(10);
        assertThat(limit.excess(13)).as("what came back stays").isZero();

        // and when
        limit.update(7, 7, 0, 0, 0);

        // then
        assertThat(limit.admit(1)).as("three are on their way").isFalse();

        // and when
        limit.update(10, 6, 0, 0, 0);

        // then
        assertThat(admitted(limit, 20, 1)).isEqualTo(4);
    }

    @Test
    void letsInWhatHasRoomByItsBytes() {
        // given
        LengthLimit limit = limit("x-max-length-bytes", 100, "reject-publish");

        // then
        assertThat(limit.admit(60)).isTrue();
        assertThat(limit.admit(60)).isFalse();
        assertThat(limit.admit(40)).as("a smaller one fits").isTrue();
        assertThat(limit.admit(0)).as("one without a body always does").isTrue();

        // and when
        limit.update(3, 2, 0, 100, 40);

        // then
        assertThat(limit.admit(61)).isFalse();
        assertThat(limit.admit(60)).isTrue();
    }

    @Test
    void hasTheRoomBackOfWhatDidNotCome() {
        // given
        LengthLimit limit = limit("x-max-length-bytes", 100, "reject-publish");
        assertThat(limit.admit(100)).isTrue();

        // when
        limit.withdraw(100);

        // then
        assertThat(limit.admit(50)).isTrue();
        limit.admitAgain(100);
        assertThat(limit.admit(1)).as("what comes after all may be too much").isFalse();
    }

    @Test
    void countsWhatWasThereBeforeThisStart() {
        // given
        LengthLimit limit = limit("x-max-length", 10, "reject-publish");

        // when
        limit.startWith(1_000);
        limit.update(1_000, 8, 0, 0, 0);

        // then
        assertThat(admitted(limit, 20, 1)).isEqualTo(2);
    }

    @Test
    void letsInWhatConsumersCouldBeSentAtOnce() {
        // given
        LengthLimit messages = limit("x-max-length", 0, "reject-publish");
        LengthLimit bytes = limit("x-max-length-bytes", 0, "reject-publish");
        assertThat(messages.admit(1)).isFalse();
        assertThat(bytes.admit(1)).isFalse();

        // when
        messages.update(0, 0, 3, 0, 0);
        bytes.update(0, 0, 3, 0, 0);

        // then
        assertThat(admitted(messages, 20, 1)).isEqualTo(3);
        assertThat(admitted(bytes, 20, 1)).isEqualTo(3);

        // and when
        messages.update(3, 0, Long.MAX_VALUE, 0, 0);

        // then
        assertThat(admitted(messages, 20, 1)).isEqualTo(20);
    }

    private static int admitted(LengthLimit limit, int attempts, int bodyLength) {
        int count = 0;
        for (int i = 0; i < attempts; i++) {
            count += limit.admit(bodyLength) ? 1 : 0;
        }
        return count;
    }

    private static LengthLimit limit(String argument, long value, String overflow) {
        return new LengthLimit(QueueOptions.of(FieldTable.builder()
                .put(argument, value)
                .put("x-overflow", overflow)
                .build()));
    }
}
