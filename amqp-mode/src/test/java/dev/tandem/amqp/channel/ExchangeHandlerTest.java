package dev.tandem.amqp.channel;

import static dev.tandem.amqp.testsupport.Errors.assertClosesChannel;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import dev.tandem.amqp.admin.AmqpAdmin;
import dev.tandem.amqp.testsupport.BrokerTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
        assertClosesChannel(
                channel, 404, "NOT_FOUND - no exchange 'x' in vhost '/'", () -> channel.exchangeDeclarePassive("x"));
    }

    @Test
    void protectsTheDefaultAndTheReservedExchanges() throws Exception {
        String refused = "ACCESS_REFUSED - operation not permitted on the default exchange";
        assertClosesChannel(channel, 403, refused, () -> channel.exchangeDelete(""));
        Channel passive = connection.createChannel();
        assertClosesChannel(passive, 403, refused, () -> passive.exchangeDeclarePassive(""));
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
                "PRECONDITION_FAILED - Invalid x-match field value <<\"some\">>; expected all, any, all-with-x, or"
                        + " any-with-x",
                () -> channel.queueBind("q", "amq.headers", "", Map.of("x-match", "some")));
        Channel second = connection.createChannel();
        assertClosesChannel(
                second,
                406,
                "PRECONDITION_FAILED - Invalid x-match field type signedint (value 1); expected longstr",
                () -> second.queueBind("q", "amq.headers", "", Map.of("x-match", 1)));
    }

    @Test
    void keepsAutoDeleteExchangesUntilTheLastOfTheirBindingsGoesInWhateverWay() throws Exception {
        // given
        channel.exchangeDeclare("first", "direct", false, true, null);
        channel.exchangeDeclare("second", "fanout", false, true, null);
        channel.queueDeclare("q", false, false, false, null);
        channel.exchangeBind("second", "first", "k");
        channel.queueBind("q", "first", "k");
        channel.queueBind("q", "second", "");
        channel.queueUnbind("q", "first", "k");
        channel.exchangeDeclarePassive("first");

        // when
        channel.queueDelete("q");

        // then
        assertThat(broker.admin().exchanges())
                .extracting(AmqpAdmin.ExchangeView::name)
                .doesNotContain("first", "second");
    }

    @Test
    void returnsMandatoryMessagesThatNoAlternateExchangeTakes() throws Exception {
        // given
        channel.exchangeDeclare("last", "direct");
        channel.exchangeDeclare("front", "direct", false, false, Map.of("alternate-exchange", "last"));
        channel.queueDeclare("q", false, false, false, null);
        channel.queueBind("q", "last", "taken");
        List<String> returned = Collections.synchronizedList(new ArrayList<>());
        channel.addReturnListener(back -> returned.add(back.getExchange() + " " + back.getRoutingKey()));
        channel.confirmSelect();

        // when
        channel.basicPublish("front", "taken", true, null, bytes("one"));
        channel.basicPublish("front", "left", true, null, bytes("two"));
        channel.waitForConfirmsOrDie(20_000);

        // then
        assertThat(returned).containsExactly("front left");
        assertThat(drain("q")).containsExactly("one");
    }

    @Test
    void spreadsMessagesByConsistentHashOverRestarts() throws Exception {
        // given
        channel.exchangeDeclare("hash", "x-consistent-hash", true);
        for (String queue : List.of("b", "a")) {
            channel.queueDeclare(queue, true, false, false, null);
            channel.queueBind(queue, "hash", "10");
        }
        for (int i = 0; i < 100; i++) {
            publish("hash", "k" + i, "k" + i);
        }
        List<String> before = drain("a");

        // when
        restart();
        for (int i = 0; i < 100; i++) {
            publish("hash", "k" + i, "k" + i);
        }

        // then
        assertThat(before).hasSizeBetween(20, 80);
        assertThat(drain("a")).isEqualTo(before);
        assertThat(drain("b")).doesNotContainAnyElementsOf(before).hasSizeBetween(20, 180);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "many | The binding key must be an integer: <<\"many\">>",
                "0 | The binding key must be greater than 0",
                "2147483648 | The binding key must not be greater than 2147483647"
            })
    void refusesWhatIsNoWeight(String key, String text) throws Exception {
        // given
        channel.exchangeDeclare("hash", "x-consistent-hash");
        channel.queueDeclare("q", false, false, false, null);

        // then
        assertClosesChannel(channel, 406, "PRECONDITION_FAILED - " + text, () -> channel.queueBind("q", "hash", key));
    }

    @Test
    void refusesArgumentsThatMakeNoSense() throws Exception {
        assertClosesChannel(
                channel,
                406,
                "PRECONDITION_FAILED - Unsupported property: priority",
                () -> channel.exchangeDeclare(
                        "x", "x-consistent-hash", false, false, Map.of("hash-property", "priority")));
        Channel second = connection.createChannel();
        assertClosesChannel(
                second,
                406,
                "PRECONDITION_FAILED - hash-header and hash-property are mutually exclusive",
                () -> second.exchangeDeclare(
                        "x",
                        "x-consistent-hash",
                        false,
                        false,
                        Map.of("hash-property", "message_id", "hash-header", "h")));
        Channel third = connection.createChannel();
        assertClosesChannel(
                third,
                406,
                "PRECONDITION_FAILED - invalid type 'signedint' for arg 'alternate-exchange' in exchange 'x' in vhost"
                        + " '/'",
                () -> third.exchangeDeclare("x", "direct", false, false, Map.of("alternate-exchange", 1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-random", "x-local-random"})
    void picksOneQueueAtRandom(String type) throws Exception {
        // given
        channel.exchangeDeclare("random", type);
        for (String queue : List.of("a", "b")) {
            channel.queueDeclare(queue, false, false, false, null);
            channel.queueBind(queue, "random", "");
        }

        // when
        for (int i = 0; i < 200; i++) {
            publish("random", "whatever", "m" + i);
        }

        // then
        List<String> one = drain("a");
        List<String> other = drain("b");
        assertThat(one).isNotEmpty().doesNotContainAnyElementsOf(other);
        assertThat(other).isNotEmpty().hasSize(200 - one.size());
    }

    @Test
    void bindsClassicQueuesAloneToALocalRandomExchange() throws Exception {
        // given
        channel.exchangeDeclare("random", "x-local-random");
        channel.queueDeclare("quorum", true, false, false, Map.of("x-queue-type", "quorum"));
        Channel second = connection.createChannel();
        Channel third = connection.createChannel();

        // then
        assertClosesChannel(
                channel,
                406,
                "PRECONDITION_FAILED - Queue type rabbit_quorum_queue not valid for this exchange type",
                () -> channel.queueBind("quorum", "random", ""));
        assertClosesChannel(
                second,
                406,
                "PRECONDITION_FAILED - Non empty binding 'k' key not permitted",
                () -> second.queueBind("quorum", "random", "k"));
        assertClosesChannel(
                third,
                406,
                "PRECONDITION_FAILED - Destination not found",
                () -> third.exchangeBind("amq.fanout", "random", ""));
    }

    @Test
    void namesTheMissingSourceOfABindingFirst() {
        assertClosesChannel(
                channel, 404, "NOT_FOUND - no exchange 'x' in vhost '/'", () -> channel.queueBind("missing", "x", "k"));
    }
}
