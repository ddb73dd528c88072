package dev.tandem.it.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.it.fixture.AmqpFixture;
import dev.tandem.it.fixture.AmqpFixture.Closed;
import dev.tandem.it.fixture.SharedBroker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ChannelIT {
    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker();

    private final AmqpFixture amqp = BROKER.amqp();

    @Test
    void leavesOtherChannelsOpenWhenOneIsClosedForAnError() throws Exception {
        // given
        try (var connection = amqp.connect()) {
            var failing = connection.createChannel();
            var working = connection.createChannel();

            // when
            Closed closed = AmqpFixture.closedBy(() -> failing.queueDeclarePassive("no-such-queue"));

            // then
            assertThat(closed.connection()).isFalse();
            assertThat(working.queueDeclare().getQueue()).isNotEmpty();
        }
    }

    @Test
    void letsAChannelNumberBeUsedAgain() throws Exception {
        // given
        try (var connection = amqp.connect()) {
            for (int round = 0; round < 3; round++) {
                var channel = connection.createChannel(5);

                // when
                AmqpFixture.closedBy(() -> channel.queueDeclarePassive("no-such-queue"));
            }

            // then
            assertThat(connection.createChannel(5).queueDeclare().getQueue()).isNotEmpty();
        }
    }

    @Test
    void refusesAPrefetchInBytes() throws Exception {
        // given
        var connection = amqp.connect();
        var channel = connection.createChannel();

        // when
        Closed closed = AmqpFixture.closedBy(() -> channel.basicQos(1_000, 1, false));

        // then
        assertThat(closed).isEqualTo(Closed.connection(540, "NOT_IMPLEMENTED - prefetch_size!=0 (1000)"));
    }
}
