package dev.tandem.amqp.channel;

import static dev.tandem.amqp.testsupport.Errors.assertClosesChannel;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import dev.tandem.amqp.admin.AmqpAdmin;
import dev.tandem.amqp.testsupport.BrokerTest;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExchangeHandlerTest extends BrokerTest {

    @Test
    void predeclaresTheStandardExchanges() {
        assertThat(broker.admin().exchanges())
                .extracting(exchange -> exchange.name() + ":" + exchange.type())
                .containsExactly(
                        ":direct",
                        "amq.direct:direct",
                        "amq.fanout:fanout",
                        "amq.headers:headers",
                        "amq.match:headers",
                        "amq.topic:topic");
    }

    @Test
    void refusesUnknownTypes() {
        assertClosesChannel(
                channel,
                406,
                "PRECONDITION_FAILED - unknown exchange type 'zzz'",
                () -> channel.exchangeDeclare("x", "zzz"));
    }

    @Test
    void refusesAnotherDeclarationOfTheSameName() throws Exception {
        // given
        channel.exchangeDeclare("x", "direct", true);
        channel.exchangeDeclare("x", "direct", true);

        // then
        assertClosesChannel(
                channel,
                406,
                "PRECONDITION_FAILED - inequivalent arg 'type' for exchange 'x' in vhost '/': received 'fanout' but"
                        + " current is 'direct'",
                () -> channel.exchangeDeclare("x", "fanout", true));
        Channel second = connection.createChannel();
        assertClosesChannel(
                second,
                406,
                "PRECONDITION_FAILED - inequivalent arg 'durable' for exchange 'x' in vhost '/': received 'false' but"
                        + " current is 'true'",
                () -> second.exchangeDeclare("x", "direct", false));
    }

    @Test
    void answersPassiveDeclarations() throws Exception {
        // then
        channel.exchangeDeclarePassive("amq.direct");
        channel.exchangeDeclarePassive("");
        assertClosesChannel(
                channel, 404, "NOT_FOUND - no exchange 'x' in vhost '/'", () -> channel.exchangeDeclarePassive("x"));
    }

    @Test
    void protectsTheDefaultAndTheReservedExchanges() throws Exception {
        String refused = "ACCESS_REFUSED - operation not permitted on the default exchange";
        assertClosesChannel(channel, 403, refused, () -> channel.exchangeDelete(""));
        Channel second = connection.createChannel();
        second.queueDeclare("q", false, false, false, null);
        assertClosesChannel(second, 403, refused, () -> second.queueBind("q", "", "key"));
        Channel third = connection.createChannel();
        assertClosesChannel(
                third,
                403,
                "ACCESS_REFUSED - deletion of system exchange 'amq.direct' in vhost '/' not allowed",
                () -> third.exchangeDelete("amq.direct"));
        Channel fourth = connection.createChannel();
        assertClosesChannel(
                fourth,
                403,
                "ACCESS_REFUSED - exchange name 'amq.mine' contains reserved prefix 'amq.*'",
                () -> fourth.exchangeDeclare("amq.mine", "direct"));
    }

    @Test
    void deletesExchangesUnlessTheyMustBeUnused() throws Exception {
        // given
        channel.exchangeDelete("missing");
        channel.exchangeDeclare("x", "direct", true);
        channel.queueDeclare("q", true, false, false, null);
        channel.queueBind("q", "x", "key");
        Channel second = connection.createChannel();
        assertClosesChannel(
                second,
                406,
                "PRECONDITION_FAILED - exchange 'x' in vhost '/' in use",
                () -> second.exchangeDelete("x", true));

        // when
        channel.exchangeDelete("x");
        restart();

        // then
        assertThat(broker.admin().bindings()).isEmpty();
        assertThat(broker.admin().exchanges())
                .extracting(AmqpAdmin.ExchangeView::name)
                .doesNotContain("x");
    }

    @Test
    void deletesAutoDeleteExchangesWithTheirLastBinding() throws Exception {
        // given
        channel.exchangeDeclare("x", "direct", false, true, null);
        channel.queueDeclare("q", false, false, false, null);
        channel.queueBind("q", "x", "key");

        // when
        channel.queueUnbind("q", "x", "key");

        // then
        assertClosesChannel(
                channel, 404, "NOT_FOUND - no exchange 'x' in vhost '/'", () -> channel.exchangeDeclarePassive("x"));
    }

    @Test
    void routesThroughBindingsBetweenExchangesAndAlternates() throws Exception {
        // given
        channel.exchangeDeclare("rest", "fanout");
        channel.exchangeDeclare("front", "topic", false, false, Map.of("alternate-exchange", "rest"));
        channel.exchangeDeclare("inner", "direct", false, false, true, null);
        channel.exchangeBind("inner", "front", "a.#");
        channel.queueDeclare("wanted", false, false, false, null);
        channel.queueBind("wanted", "inner", "a.b");
        channel.queueDeclare("other", false, false, false, null);
        channel.queueBind("other", "rest", "");

        // when
        publish("front", "a.b", "one");
        publish("front", "z", "two");

        // then
        assertThat(drain("wanted")).containsExactly("one");
        assertThat(drain("other")).containsExactly("two");
        channel.exchangeUnbind("inner", "front", "a.#");
        publish("front", "a.b", "three");
        assertThat(drain("other")).containsExactly("three");
        assertClosesChannel(
                channel,
                403,
                "ACCESS_REFUSED - cannot publish to internal exchange 'inner' in vhost '/'",
                () -> publish("inner", "a.b", "four"));
    }

    @Test
    void routesByHeaders() throws Exception {
        // given
        channel.queueDeclare("q", true, false, false, null);
        channel.queueBind("q", "amq.headers", "", Map.of("x-match", "all", "kind", "order"));

        // when
        for (String kind : new String[] {"order", "invoice", "order"}) {
            channel.basicPublish(
                    "amq.headers",
                    "",
                    new AMQP.BasicProperties.Builder()
                            .headers(Map.of("kind", kind))
                            .build(),
                    bytes(kind));
        }

        // then
        assertThat(drain("q")).containsExactly("order", "order");
        assertClosesChannel(
                channel,
                406,
                "PRECONDITION_FAILED - invalid x-match field value some; expected all, any, all-with-x, or any-with-x",
                () -> channel.queueBind("q", "amq.headers", "", Map.of("x-match", "some")));
    }
}
