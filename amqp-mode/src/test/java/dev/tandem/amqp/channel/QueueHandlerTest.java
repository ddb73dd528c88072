package dev.tandem.amqp.channel;

import static dev.tandem.amqp.testsupport.Errors.assertClosesChannel;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.tandem.amqp.admin.AmqpAdmin;
import dev.tandem.amqp.testsupport.BrokerTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueueHandlerTest extends BrokerTest {

    @Test
    void namesQueuesForClientsThatGiveNoName() throws Exception {
        // when
        String name = channel.queueDeclare().getQueue();

        // then
        assertThat(name).matches("amq\\.gen-[A-Za-z0-9_-]{22}");
        publish("", name, "hello");
        assertThat(drain("")).containsExactly("hello");
    }

    @Test
    void countsReadyMessagesAndConsumersOfADeclaredQueue() throws Exception {
        // given
        channel.queueDeclare("q", false, false, false, null);
        publish("", "q", "one");
        publish("", "q", "two");

        // when
        AMQP.Queue.DeclareOk declared = channel.queueDeclare("q", false, false, false, null);

        // then
        assertThat(declared.getMessageCount()).isEqualTo(2);
        assertThat(declared.getConsumerCount()).isZero();
        assertThat(channel.queuePurge("q").getMessageCount()).isEqualTo(2);
        assertThat(channel.queueDelete("q").getMessageCount()).isZero();
        assertThat(channel.queueDelete("q").getMessageCount()).isZero();
    }

    @Test
    void countsWhatTheSameChannelPublishedToADurableQueue() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, null);
        for (int i = 0; i < 500; i++) {
            publish("", "q", "m" + i);
        }

        // then
        assertThat(channel.queueDeclarePassive("q").getMessageCount()).isEqualTo(500);
        assertThat(channel.queuePurge("q").getMessageCount()).isEqualTo(500);
        assertThat(channel.basicGet("q", true)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "true, false, false, durable, true, false",
        "false, false, true, auto_delete, true, false",
    })
    void refusesAnotherDeclarationOfTheSameName(
            boolean durable, boolean exclusive, boolean autoDelete, String argument, String received, String current)
            throws Exception {
        // given
        channel.queueDeclare("q", false, false, false, null);

        // then
        assertClosesChannel(
                channel,
                406,
                "PRECONDITION_FAILED - inequivalent arg '" + argument + "' for queue 'q' in vhost '/': received '"
                        + received + "' but current is '" + current + "'",
                () -> channel.queueDeclare("q", durable, exclusive, autoDelete, null));
    }

    @Test
    void refusesOtherArguments() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, Map.of("x-queue-type", "quorum"));

        // then
        channel.queueDeclare("q", true, false, false, Map.of("x-queue-type", "quorum", "x-unknown", 1));
        assertClosesChannel(
                channel,
                406,
                "PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue 'q' in vhost '/': received none but"
                        + " current is the value 'quorum' of type 'longstr'",
                () -> channel.queueDeclare("q", true, false, false, null));
    }

    @Test
    void refusesStreams() {
        assertClosesChannel(
                channel,
                406,
                "PRECONDITION_FAILED - argument 'x-queue-type=stream' for queue 'q' in vhost '/' is not supported by"
                        + " this version of Tandem",
                () -> channel.queueDeclare("q", true, false, false, Map.of("x-queue-type", "stream")));
    }

    @Test
    void refusesReservedNames() {
        assertClosesChannel(
                channel,
                403,
                "ACCESS_REFUSED - queue name 'amq.mine' contains reserved prefix 'amq.*'",
                () -> channel.queueDeclare("amq.mine", false, false, false, null));
    }

    @Test
    void refusesAnotherConnectionsExclusiveQueue() throws Exception {
        // given
        channel.queueDeclare("mine", false, true, false, null);
        Channel other = broker.connect().createChannel();
        String text =
                "RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'mine' in vhost '/'. It could be"
                        + " originally declared on another connection or the exclusive property value does not match that of"
                        + " the original declaration.";

        // then
        assertClosesChannel(other, 405, text, () -> other.queueDeclarePassive("mine"));
        Channel again = other.getConnection().createChannel();
        assertClosesChannel(again, 405, text, () -> again.basicGet("mine", true));
        assertClosesChannel(channel, 405, text, () -> channel.queueDeclare("mine", false, false, false, null));
    }

    @Test
    void deletesExclusiveQueuesBeforeTheirConnectionIsClosed() throws Exception {
        // given
        Connection owner = broker.connect();
        owner.createChannel().queueDeclare("mine", true, true, false, null);

        // when
        owner.close();

        // then
        assertThat(broker.admin().queues()).isEmpty();
        assertClosesChannel(
                channel, 404, "NOT_FOUND - no queue 'mine' in vhost '/'", () -> channel.queueDeclarePassive("mine"));
    }

    @Test
    void deletesAutoDeleteQueuesWithTheirLastConsumer() throws Exception {
        // given
        channel.queueDeclare("brief", false, false, true, null);
        String first = channel.basicConsume("brief", (tag, message) -> {}, tag -> {});
        String second = channel.basicConsume("brief", (tag, message) -> {}, tag -> {});

        // when
        channel.basicCancel(first);

        // then
        assertThat(channel.queueDeclarePassive("brief").getConsumerCount()).isEqualTo(1);

        // and when
        channel.basicCancel(second);

        // then
        await().untilAsserted(() -> assertThat(broker.admin().queues()).isEmpty());
    }

    @Test
    void refusesToDeleteAQueueInUseOrNotEmpty() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, null);
        publish("", "q", "hello");
        assertThat(channel.queueDeclarePassive("q").getMessageCount()).isEqualTo(1);
        Channel other = connection.createChannel();

        // then
        assertClosesChannel(
                other,
                406,
                "PRECONDITION_FAILED - queue 'q' in vhost '/' not empty",
                () -> other.queueDelete("q", false, true));
        channel.basicConsume("q", (tag, message) -> {}, tag -> {});
        Channel third = connection.createChannel();
        assertClosesChannel(
                third,
                406,
                "PRECONDITION_FAILED - queue 'q' in vhost '/' in use",
                () -> third.queueDelete("q", true, false));
    }

    @Test
    void cancelsTheConsumersOfADeletedQueue() throws Exception {
        // given
        channel.queueDeclare("q", false, false, false, null);
        var cancelled = new java.util.concurrent.CompletableFuture<String>();
        String tag = channel.basicConsume("q", (consumerTag, message) -> {}, cancelled::complete);

        // when
        connection.createChannel().queueDelete("q");

        // then
        assertThat(cancelled.get(60, java.util.concurrent.TimeUnit.SECONDS)).isEqualTo(tag);
    }

    @Test
    void answersForQueuesThatAreMissing() throws Exception {
        // then
        channel.queueUnbind("none", "amq.direct", "key");
        assertClosesChannel(
                channel,
                404,
                "NOT_FOUND - no queue 'none' in vhost '/'",
                () -> channel.queueBind("none", "amq.direct", "key"));
        Channel second = connection.createChannel();
        second.queueDeclare("q", false, false, false, null);
        assertClosesChannel(
                second, 404, "NOT_FOUND - no exchange 'none' in vhost '/'", () -> second.queueBind("q", "none", "key"));
        Channel third = connection.createChannel();
        assertClosesChannel(third, 404, "NOT_FOUND - no previously declared queue", () -> third.basicGet("", true));
    }

    @Test
    void bindsAndUnbindsByKeyAndArguments() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, null);
        channel.queueBind("q", "amq.direct", "key");
        channel.queueBind("q", "amq.direct", "key");
        channel.queueBind("q", "amq.direct", "key", Map.of("n", 1));
        assertThat(broker.admin().bindings()).hasSize(2);

        // when
        channel.queueUnbind("q", "amq.direct", "key");
        publish("amq.direct", "key", "once");

        // then
        assertThat(drain("q")).containsExactly("once");
        assertThat(broker.admin().bindings())
                .extracting(AmqpAdmin.BindingView::arguments)
                .containsExactly(Map.of("n", 1L));
    }

    @Test
    void recoversDurableBindingsAndForgetsTheOthers() throws Exception {
        // given
        channel.queueDeclare("durable", true, false, false, null);
        channel.queueDeclare("brief", false, false, false, null);
        channel.exchangeDeclare("lasting", "fanout", true);
        channel.exchangeDeclare("passing", "fanout", false);
        for (String exchange : List.of("lasting", "passing")) {
            for (String queue : List.of("durable", "brief")) {
                channel.queueBind(queue, exchange, "");
            }
        }
        channel.queueDeclare("deleted", true, false, false, null);
        channel.queueBind("deleted", "lasting", "");
        channel.queueDelete("deleted");

        // when
        restart();

        // then
        assertThat(broker.admin().bindings())
                .extracting(binding -> binding.source() + " " + binding.destination())
                .containsExactly("lasting durable");
        assertThat(broker.admin().queues())
                .extracting(AmqpAdmin.QueueView::name)
                .containsExactly("durable");
        publish("lasting", "", "hello");
        assertThat(drain("durable")).containsExactly("hello");
    }

    @Test
    void forgetsAnAutoDeleteQueueOnlyAfterItHadAConsumer() throws Exception {
        // when
        channel.queueDeclare("brief", true, false, true, null);
        restart();

        // then
        assertThat(channel.queueDeclarePassive("brief").getConsumerCount()).isZero();
    }
}
