package dev.tandem.it.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.tandem.it.fixture.AmqpFixture;
import dev.tandem.it.fixture.AmqpFixture.Closed;
import dev.tandem.it.fixture.Names;
import dev.tandem.it.fixture.SharedBroker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExchangeIT {
    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker();

    private final AmqpFixture amqp = BROKER.amqp();
    private final String exchange = Names.unique("exchange");
    private Connection connection;
    private Channel channel;

    @BeforeEach
    void connect() throws Exception {
        connection = amqp.connect();
        channel = connection.createChannel();
    }

    @AfterEach
    void disconnect() {
        connection.abort();
    }

    @Test
    void routesByExactKeyThroughADirectExchange() throws Exception {
        // given
        channel.exchangeDeclare(exchange, "direct");
        String red = boundQueue("red");
        String blue = boundQueue("blue");

        // when
        publish("red", "r");
        publish("blue", "b");
        publish("green", "g");

        // then
        assertThat(drain(red)).containsExactly("r");
        assertThat(drain(blue)).containsExactly("b");
    }

    @Test
    void copiesToEveryQueueOfAFanoutExchange() throws Exception {
        // given
        channel.exchangeDeclare(exchange, "fanout");
        String first = boundQueue("ignored");
        String second = boundQueue("");

        // when
        publish("whatever", "to all");

        // then
        assertThat(drain(first)).containsExactly("to all");
        assertThat(drain(second)).containsExactly("to all");
    }

    @Test
    void matchesWordsOfATopicExchange() throws Exception {
        // given
        channel.exchangeDeclare(exchange, "topic");
        String oneWord = boundQueue("stock.*.nyse");
        String anyWords = boundQueue("stock.#");
        String all = boundQueue("#");

        // when
        publish("stock.ibm.nyse", "1");
        publish("stock", "2");
        publish("stock.a.b.nyse", "3");
        publish("bond", "4");

        // then
        assertThat(drain(oneWord)).containsExactly("1");
        assertThat(drain(anyWords)).containsExactly("1", "2", "3");
        assertThat(drain(all)).containsExactly("1", "2", "3", "4");
    }

    @Test
    void deliversOnceToAQueueThatSeveralBindingsMatch() throws Exception {
        // given
        channel.exchangeDeclare(exchange, "topic");
        String queue = boundQueue("a.*");
        channel.queueBind(queue, exchange, "#");

        // when
        publish("a.b", "once");

        // then
        assertThat(drain(queue)).containsExactly("once");
    }

    @Test
    void stopsRoutingWhenABindingIsRemoved() throws Exception {
        // given
        channel.exchangeDeclare(exchange, "direct");
        String queue = boundQueue("k");
        publish("k", "before");

        // when
        channel.queueUnbind(queue, exchange, "k");
        publish("k", "after");

        // then
        assertThat(drain(queue)).containsExactly("before");
    }

    @Test
    void acceptsAnEquivalentDeclarationAndRefusesAnother() throws Exception {
        // given
        channel.exchangeDeclare(exchange, "direct", true);
        channel.exchangeDeclare(exchange, "direct", true);

        // when
        Closed closed = AmqpFixture.closedBy(() -> channel.exchangeDeclare(exchange, "fanout", true));

        // then
        assertThat(closed)
                .isEqualTo(Closed.channel(
                        406,
                        "PRECONDITION_FAILED - inequivalent arg 'type' for exchange '" + exchange
                                + "' in vhost '/': received 'fanout' but current is 'direct'"));
    }

    @Test
    void reportsAMissingExchangeToAPassiveDeclaration() {
        // when
        Closed closed = AmqpFixture.closedBy(() -> channel.exchangeDeclarePassive(exchange));

        // then
        assertThat(closed).isEqualTo(Closed.channel(404, "NOT_FOUND - no exchange '" + exchange + "' in vhost '/'"));
    }

    @Test
    void refusesAnUnknownType() {
        // when
        Closed closed = AmqpFixture.closedBy(() -> channel.exchangeDeclare(exchange, "zzz"));

        // then
        assertThat(closed.code()).isEqualTo(406);
        assertThat(closed.text()).contains("unknown exchange type 'zzz'");
    }

    @Test
    void refusesReservedNames() {
        // when
        Closed closed = AmqpFixture.closedBy(() -> channel.exchangeDeclare("amq." + exchange, "direct"));

        // then
        assertThat(closed)
                .isEqualTo(Closed.channel(
                        403, "ACCESS_REFUSED - exchange name 'amq." + exchange + "' contains reserved prefix 'amq.*'"));
    }

    @Test
    void protectsTheDefaultExchange() throws Exception {
        // given
        String queue = channel.queueDeclare().getQueue();

        // when
        Closed closed = AmqpFixture.closedBy(() -> channel.queueBind(queue, "", "key"));

        // then
        assertThat(closed)
                .isEqualTo(Closed.channel(403, "ACCESS_REFUSED - operation not permitted on the default exchange"));
    }

    @Test
    void keepsAnExchangeInUseWhenAskedToDeleteItOnlyUnused() throws Exception {
        // given
        channel.exchangeDeclare(exchange, "direct");
        boundQueue("k");

        // when
        Closed closed = AmqpFixture.closedBy(() -> channel.exchangeDelete(exchange, true));

        // then
        assertThat(closed)
                .isEqualTo(
                        Closed.channel(406, "PRECONDITION_FAILED - exchange '" + exchange + "' in vhost '/' in use"));
        try (var other = connection.createChannel()) {
            other.exchangeDeclarePassive(exchange);
            other.exchangeDelete(exchange);
            other.exchangeDelete(exchange);
        }
    }

    @Test
    void removesAnAutoDeleteExchangeWithItsLastBinding() throws Exception {
        // given
        channel.exchangeDeclare(exchange, "fanout", false, true, null);
        String queue = boundQueue("");

        // when
        channel.queueUnbind(queue, exchange, "");
        Closed closed = AmqpFixture.closedBy(() -> channel.exchangeDeclarePassive(exchange));

        // then
        assertThat(closed.code()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"amq.direct", "amq.fanout", "amq.topic"})
    void hasThePredeclaredExchanges(String name) throws Exception {
        // when
        channel.exchangeDeclarePassive(name);

        // then
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void refusesToPublishToAnInternalExchange() throws Exception {
        // given
        channel.exchangeDeclare(exchange, "fanout", false, false, true, null);

        // when
        channel.basicPublish(exchange, "", null, new byte[0]);

        // then
        assertThat(AmqpFixture.closureOf(channel))
                .isEqualTo(Closed.channel(
                        403, "ACCESS_REFUSED - cannot publish to internal exchange '" + exchange + "' in vhost '/'"));
    }

    @Test
    void handsUnroutableMessagesToAChainOfAlternateExchanges() throws Exception {
        // given
        String second = exchange + ".second";
        String last = exchange + ".last";
        channel.exchangeDeclare(last, "fanout", false, true, null);
        channel.exchangeDeclare(second, "direct", false, true, Map.of("alternate-exchange", last));
        channel.exchangeDeclare(exchange, "direct", false, true, Map.of("alternate-exchange", second));
        String matched = boundQueue("k");
        String rest = channel.queueDeclare().getQueue();
        channel.queueBind(rest, last, "");

        // when
        publish("k", "one");
        publish("other", "two");

        // then
        assertThat(drain(matched)).containsExactly("one");
        assertThat(drain(rest)).containsExactly("two");
    }

    @Test
    void toleratesCyclesOfBindingsBetweenExchanges() throws Exception {
        // given
        String other = exchange + ".other";
        channel.exchangeDeclare(exchange, "fanout", false, false, null);
        channel.exchangeDeclare(other, "fanout", false, false, null);
        channel.exchangeBind(other, exchange, "");
        channel.exchangeBind(exchange, other, "");
        String queue = boundQueue("");
        channel.queueBind(queue, other, "");

        // when
        publish("", "once");

        // then
        assertThat(drain(queue)).containsExactly("once");
        channel.exchangeDelete(exchange);
        channel.exchangeDelete(other);
    }

    @ParameterizedTest
    @CsvSource({"all, 1 2", "any, 1 2 3", "all-with-x, 1", "any-with-x, 1 2 3 4"})
    void comparesHeaders(String match, String expected) throws Exception {
        // given
        channel.exchangeDeclare(exchange, "headers", false, true, null);
        String queue = channel.queueDeclare().getQueue();
        channel.queueBind(queue, exchange, "", Map.of("x-match", match, "a", "A", "n", 7, "x-h", "X"));

        // when
        publishHeaders("1", Map.of("a", "A", "n", 7, "x-h", "X"));
        publishHeaders("2", Map.of("a", "A", "n", 7L));
        publishHeaders("3", Map.of("a", "A", "n", 8));
        publishHeaders("4", Map.of("a", "B", "x-h", "X"));
        publishHeaders("5", Map.of("n", "7"));

        // then
        assertThat(drain(queue)).containsExactly(expected.split(" "));
    }

    private void publishHeaders(String body, Map<String, Object> headers) throws Exception {
        channel.confirmSelect();
        var properties = new AMQP.BasicProperties.Builder().headers(headers).build();
        channel.basicPublish(exchange, "", properties, AmqpFixture.bytes(body));
        channel.waitForConfirmsOrDie(30_000);
    }

    private String boundQueue(String key) throws Exception {
        String queue = channel.queueDeclare().getQueue();
        channel.queueBind(queue, exchange, key);
        return queue;
    }

    private void publish(String key, String body) throws Exception {
        channel.confirmSelect();
        channel.basicPublish(exchange, key, null, AmqpFixture.bytes(body));
        channel.waitForConfirmsOrDie(30_000);
    }

    private List<String> drain(String queue) throws Exception {
        var bodies = new ArrayList<String>();
        for (var got = channel.basicGet(queue, true); got != null; got = channel.basicGet(queue, true)) {
            bodies.add(AmqpFixture.text(got.getBody()));
        }
        return bodies;
    }
}
