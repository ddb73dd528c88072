package dev.tandem.amqp.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.amqp.wire.FieldTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RouterTest {
    private final Map<String, Exchange> exchanges = new HashMap<>();

    @Test
    void findsEachQueueOnceHoweverManyBindingsLeadToIt() {
        // given
        Exchange topics = exchange("topics", ExchangeType.TOPIC, FieldTable.EMPTY);
        bind(topics, new NamedQueue("q"), "a.#");
        bind(topics, new NamedQueue("q"), "#.b");

        // then
        assertThat(route(topics, "a.b")).containsExactly("q");
    }

    @Test
    void followsBindingsBetweenExchangesAndToleratesCycles() {
        // given
        Exchange first = exchange("first", ExchangeType.DIRECT, FieldTable.EMPTY);
        Exchange second = exchange("second", ExchangeType.FANOUT, FieldTable.EMPTY);
        bind(first, second, "k");
        bind(second, first, "");
        bind(second, new NamedQueue("q2"), "");
        bind(first, new NamedQueue("q1"), "k");

        // then
        assertThat(route(first, "k")).containsExactlyInAnyOrder("q1", "q2");
        assertThat(route(first, "other")).isEmpty();
        assertThat(route(second, "other")).containsExactly("q2");
    }

    @Test
    void handsWhatMatchesNothingToTheAlternateExchange() {
        // given
        FieldTable arguments =
                FieldTable.builder().put(Exchange.ALTERNATE_EXCHANGE, "rest").build();
        Exchange main = exchange("main", ExchangeType.DIRECT, arguments);
        Exchange rest = exchange("rest", ExchangeType.FANOUT, FieldTable.EMPTY);
        bind(main, new NamedQueue("wanted"), "k");
        bind(rest, new NamedQueue("left over"), "");

        // then
        assertThat(route(main, "k")).containsExactly("wanted");
        assertThat(route(main, "other")).containsExactly("left over");
    }

    @Test
    void comparesHeadersAsXMatchSays() {
        // given
        Exchange headers = exchange("headers", ExchangeType.HEADERS, FieldTable.EMPTY);
        bindHeaders(
                headers,
                "all",
                table().put("x-match", "all").put("a", "1").put("b", 2L).build());
        bindHeaders(
                headers,
                "any",
                table().put("x-match", "any").put("a", "1").put("b", 2L).build());
        bindHeaders(
                headers, "default", table().put("a", "1").put("x-ignored", "y").build());
        bindHeaders(
                headers,
                "with x",
                table().put("x-match", "all-with-x").put("x-a", "1").build());

        // then
        assertThat(routeHeaders(headers, table().put("a", "1").build())).containsExactlyInAnyOrder("any", "default");
        assertThat(routeHeaders(headers, table().put("a", "1").put("b", 2L).build()))
                .containsExactlyInAnyOrder("all", "any", "default");
        assertThat(routeHeaders(headers, table().put("b", "2").build())).isEmpty();
        assertThat(routeHeaders(headers, table().put("x-a", "1").build())).containsExactly("with x");
    }

    @Test
    void keepsOneOfTwoBindingsThatDifferInArgumentsAlone() {
        // given
        Exchange direct = exchange("direct", ExchangeType.DIRECT, FieldTable.EMPTY);
        var queue = new NamedQueue("q");
        var plain = new Binding(direct, queue, "k", FieldTable.EMPTY);
        var other = new Binding(direct, queue, "k", table().put("n", 1L).build());

        // when
        direct.bind(plain);
        direct.bind(other);
        boolean again = direct.bind(plain);
        direct.unbind(plain);

        // then
        assertThat(again).isFalse();
        assertThat(route(direct, "k")).containsExactly("q");
    }

    private Exchange exchange(String name, ExchangeType type, FieldTable arguments) {
        var exchange = new Exchange("/", name, type, false, false, false, arguments);
        exchanges.put(name, exchange);
        return exchange;
    }

    private static void bind(Exchange source, Destination destination, String key) {
        source.bind(new Binding(source, destination, key, FieldTable.EMPTY));
    }

    private static void bindHeaders(Exchange source, String queue, FieldTable arguments) {
        source.bind(new Binding(source, new NamedQueue(queue), "", arguments));
    }

    private static dev.tandem.amqp.wire.FieldTableBuilder table() {
        return FieldTable.builder();
    }

    private List<String> route(Exchange exchange, String key) {
        return route(exchange, key, FieldTable.EMPTY);
    }

    private List<String> routeHeaders(Exchange exchange, FieldTable headers) {
        return route(exchange, "", headers);
    }

    private List<String> route(Exchange exchange, String key, FieldTable headers) {
        return Router.route(exchange, key, headers, name -> Optional.ofNullable(exchanges.get(name))).queues().stream()
                .map(Destination::name)
                .toList();
    }
}
