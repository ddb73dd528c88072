package dev.tandem.amqp.argument;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.FieldType;
import dev.tandem.amqp.wire.FieldValue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class QueueArgumentsTest {
    private static final String QUEUE = "queue 'q' in vhost '/'";

    @ParameterizedTest
    @MethodSource("wrongValues")
    void saysWhatIsWrongAsRabbitMqDoes(String name, FieldValue value, String problem) {
        assertThatThrownBy(() -> QueueArguments.check(
                        FieldTable.builder().put(name, value).build(), QUEUE))
                .isInstanceOf(AmqpException.class)
                .hasMessage("invalid arg '" + name + "' for " + QUEUE + ": " + problem);
    }

    static Stream<Arguments> wrongValues() {
        return Stream.of(
                Arguments.of("x-message-ttl", text("10"), "\"expected integer, got longstr\""),
                Arguments.of("x-message-ttl", number(-1), "{value_negative,-1}"),
                Arguments.of("x-expires", number(0), "{value_zero,0}"),
                Arguments.of("x-expires", number(-5), "{value_negative,-5}"),
                Arguments.of("x-expires", new FieldValue.Bool(true), "\"expected integer, got bool\""),
                Arguments.of("x-dead-letter-exchange", number(1), "{unacceptable_type,long}"),
                Arguments.of("x-dead-letter-routing-key", number(1), "{unacceptable_type,long}"),
                Arguments.of("x-dead-letter-routing-key", text("k"), "routing_key_but_no_dlx_defined"),
                Arguments.of("x-dead-letter-exchange", text("x".repeat(256)), "{too_long,256}"),
                Arguments.of("x-max-length", text("5"), "\"expected integer, got longstr\""),
                Arguments.of("x-max-length", number(-1), "{value_negative,-1}"),
                Arguments.of("x-max-length-bytes", number(-1), "{value_negative,-1}"),
                Arguments.of("x-overflow", text("explode"), "invalid_overflow"),
                Arguments.of("x-overflow", number(1), "{unacceptable_type,long}"),
                Arguments.of("x-max-priority", number(256), "{max_value_exceeded,256}"),
                Arguments.of("x-max-priority", number(-1), "{value_negative,-1}"),
                Arguments.of("x-max-priority", text("9"), "\"expected integer, got longstr\""),
                Arguments.of("x-queue-mode", text("fast"), "\"unsupported queue mode 'fast'\""),
                Arguments.of("x-queue-version", number(3), "\"unsupported queue version '3'\""),
                Arguments.of("x-dead-letter-strategy", text("never"), "invalid_dlx_strategy"),
                Arguments.of("x-delivery-limit", text("3"), "\"expected integer, got longstr\""),
                Arguments.of("x-single-active-consumer", number(1), "\"expected boolean, got long\""),
                Arguments.of("x-consumer-timeout", number(-1), "{value_negative,-1}"),
                Arguments.of("x-queue-type", text("heap"), "\"unsupported queue type 'heap'\""),
                Arguments.of("x-queue-type", number(1), "{unacceptable_type,long}"));
    }

    @Test
    void refusesArgumentsOfTheOtherKindOfQueue() {
        // given
        FieldTable classic = FieldTable.builder().put("x-delivery-limit", 3).build();
        FieldTable quorum = FieldTable.builder()
                .put("x-queue-type", "quorum")
                .put("x-queue-mode", "lazy")
                .build();

        // then
        assertThatThrownBy(() -> QueueArguments.check(classic, QUEUE))
                .hasMessage("invalid arg 'x-delivery-limit' for " + QUEUE + " of queue type rabbit_classic_queue");
        assertThatThrownBy(() -> QueueArguments.check(quorum, QUEUE))
                .hasMessage("invalid arg 'x-queue-mode' for " + QUEUE + " of queue type rabbit_quorum_queue");
    }

    @Test
    void dropsFromQuorumQueuesWhereOnlyClassicOnesDeadLetterWhatTheyReject() {
        // given
        var arguments = FieldTable.builder().put("x-overflow", "reject-publish-dlx");

        // then
        assertThat(QueueOptions.of(arguments.build()).overflow()).isEqualTo(Overflow.REJECT_PUBLISH_DLX);
        assertThat(QueueOptions.of(arguments.put("x-queue-type", "quorum").build())
                        .overflow())
                .isEqualTo(Overflow.DROP_HEAD);
    }

    @Test
    void deadLettersAtLeastOnceOnlyFromQueuesThatReject() {
        // given
        var arguments =
                FieldTable.builder().put("x-queue-type", "quorum").put("x-dead-letter-strategy", "at-least-once");

        // then
        assertThat(QueueOptions.of(arguments.build()).deadLettersAtLeastOnce()).isFalse();
        assertThat(QueueOptions.of(arguments.put("x-overflow", "reject-publish").build())
                        .deadLettersAtLeastOnce())
                .isTrue();
    }

    @Test
    void limitsDeliveriesOfQuorumQueues() {
        // given
        var quorum = FieldValue.LongString.of("quorum");

        // then
        assertThat(limit(FieldTable.builder().put("x-queue-type", quorum).build()))
                .isEqualTo(20);
        assertThat(limit(FieldTable.builder()
                        .put("x-queue-type", quorum)
                        .put("x-delivery-limit", 3)
                        .build()))
                .isEqualTo(3);
        assertThat(limit(FieldTable.builder()
                        .put("x-queue-type", quorum)
                        .put("x-delivery-limit", -1)
                        .build()))
                .isEqualTo(QueueOptions.UNLIMITED);
        assertThat(limit(FieldTable.EMPTY)).isEqualTo(QueueOptions.UNLIMITED);
    }

    private static long limit(FieldTable arguments) {
        return QueueOptions.of(arguments).deliveryLimit();
    }

    @Test
    void takesIntegersOfAnyWidth() {
        // given
        FieldTable arguments = FieldTable.builder()
                .put("x-message-ttl", new FieldValue.Int(FieldType.BYTE, 0))
                .put("x-expires", new FieldValue.Int(FieldType.SIGNED_INT, 1))
                .put("x-unknown", "ignored")
                .build();

        // when
        QueueArguments.check(arguments, QUEUE);

        // then
        assertThat(QueueOptions.of(arguments).messageTtlMillis()).isZero();
        assertThat(QueueOptions.of(arguments).expiresMillis()).isEqualTo(1);
        assertThat(QueueArguments.compared(arguments, FieldTable.EMPTY))
                .containsExactlyInAnyOrder("x-message-ttl", "x-expires");
    }

    private static FieldValue text(String text) {
        return FieldValue.LongString.of(text);
    }

    private static FieldValue number(long number) {
        return new FieldValue.Int(FieldType.LONG, number);
    }
}
