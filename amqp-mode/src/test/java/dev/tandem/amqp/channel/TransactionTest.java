package dev.tandem.amqp.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.method.BasicMethod;
import dev.tandem.amqp.routing.Exchange;
import dev.tandem.amqp.routing.ExchangeType;
import dev.tandem.amqp.vhost.Route;
import dev.tandem.amqp.wire.ContentProperties;
import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.ShortString;
import dev.tandem.storage.record.Slice;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransactionTest {
    private final TransactionMemory memory = new TransactionMemory(10_000);

    @Test
    void refusesWhatAllTransactionsTogetherMustNotHold() {
        // given
        var one = new Transaction(memory);
        var other = new Transaction(memory);
        one.hold(publish(5_000));

        // when
        assertThatThrownBy(() -> other.hold(publish(5_000)))
                .isInstanceOfSatisfying(
                        AmqpException.class, e -> assertThat(e.code()).isEqualTo(ReplyCode.PRECONDITION_FAILED))
                .hasMessage("uncommitted messages of all channels exceed 10000 bytes");

        // then
        one.release();
        one.release();
        assertThat(memory.usedBytes()).isZero();
        other.hold(publish(5_000));
        assertThat(other.publishes()).hasSize(1);
    }

    private static HeldPublish publish(int size) {
        var exchange = new Exchange("/", "e", ExchangeType.FANOUT, false, false, false, FieldTable.EMPTY);
        return new HeldPublish(
                new BasicMethod.Publish(ShortString.of("e"), ShortString.EMPTY, false, false),
                new Route(exchange, List.of(), List.of(), false, 0),
                ContentProperties.EMPTY,
                Slice.of(new byte[size]));
    }
}
