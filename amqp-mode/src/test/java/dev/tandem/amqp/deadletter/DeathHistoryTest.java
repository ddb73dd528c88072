package dev.tandem.amqp.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.FieldValue;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeathHistoryTest {

    @Test
    void countsDeathsByQueueAndReasonTheLatestFirst() {
        // when
        DeathHistory history = DeathHistory.NONE
                .with(death("a", DeathReason.EXPIRED, 10))
                .with(death("b", DeathReason.REJECTED, 20))
                .with(death("a", DeathReason.REJECTED, 30))
                .with(death("a", DeathReason.EXPIRED, 40));

        // then
        assertThat(history.deaths())
                .extracting(death ->
                        death.queue() + " " + death.reason() + " " + death.count() + " " + death.firstSeconds())
                .containsExactly("a EXPIRED 2 10", "a REJECTED 1 30", "b REJECTED 1 20");
    }

    @Test
    void readsWhatItWrote() {
        // given
        DeathHistory history = DeathHistory.NONE
                .with(death("a", DeathReason.MAXLEN, 10))
                .with(new Death(
                        "b",
                        DeathReason.EXPIRED,
                        3,
                        20,
                        FieldValue.LongString.of("x"),
                        List.of(FieldValue.LongString.of("k"), FieldValue.LongString.of("cc")),
                        Optional.of("100")));

        // when
        FieldTable headers =
                FieldTable.builder().put(DeathHistory.HEADER, history.toField()).build();

        // then
        assertThat(DeathHistory.of(headers)).isEqualTo(history);
        assertThat(DeathHistory.of(FieldTable.EMPTY)).isEqualTo(DeathHistory.NONE);
    }

    @Test
    void findsACycleThatNoClientIsPartOf() {
        // given
        DeathHistory automatic = DeathHistory.NONE
                .with(death("a", DeathReason.REJECTED, 1))
                .with(death("b", DeathReason.EXPIRED, 2))
                .with(death("c", DeathReason.MAXLEN, 3));

        // then
        assertThat(automatic.isCycle("c")).isTrue();
        assertThat(automatic.isCycle("b")).isTrue();
        assertThat(automatic.isCycle("a")).as("a client rejected it there").isFalse();
        assertThat(automatic.isCycle("d")).isFalse();

        // and when
        DeathHistory rejectedSince =
                automatic.with(death("d", DeathReason.REJECTED, 4)).with(death("e", DeathReason.DELIVERY_LIMIT, 5));

        // then
        assertThat(rejectedSince.isCycle("b")).as("a client rejected it since").isFalse();
        assertThat(rejectedSince.isCycle("e")).isTrue();
    }

    private static Death death(String queue, DeathReason reason, long seconds) {
        return new Death(
                queue,
                reason,
                1,
                seconds,
                FieldValue.LongString.of(""),
                List.of(FieldValue.LongString.of("k")),
                Optional.empty());
    }
}
