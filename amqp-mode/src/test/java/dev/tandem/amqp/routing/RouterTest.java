package dev.tandem.amqp.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.amqp.wire.ContentProperties;
import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.FieldType;
import dev.tandem.amqp.wire.FieldValue;
import dev.tandem.storage.record.Slice;
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
        Exchange main = exchange("main", ExchangeType.DIRECT, alternate("rest"));
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
    void goesFromOneAlternateExchangeToTheNextUntilOneMatches() {
        // given
        Exchange first = exchange("first", ExchangeType.DIRECT, alternate("second"));
        Exchange second = exchange("second", ExchangeType.TOPIC, alternate("third"));
        Exchange third = exchange("third", ExchangeType.FANOUT, alternate("first"));
        bind(second, new NamedQueue("q2"), "a.*");

        // then
        assertThat(route(first, "a.b")).containsExactly("q2");
        assertThat(route(first, "k")).isEmpty();
        bind(third, new NamedQueue("q3"), "");
        assertThat(route(first, "k")).containsExactly("q3");
        bind(second, first, "k");
        assertThat(route(first, "k")).isEmpty();
    }

    @Test
    void leavesOutAnAlternateExchangeThatIsMissing() {
        assertThat(route(exchange("main", ExchangeType.DIRECT, alternate("missing")), "k"))
                .isEmpty();
    }

    @Test
    void matchesEveryRoutingKeyOfAMessage() {
        // given
        Exchange direct = exchange("direct", ExchangeType.DIRECT, FieldTable.EMPTY);
        Exchange topic = exchange("topic", ExchangeType.TOPIC, FieldTable.EMPTY);
        for (String key : List.of("a", "b", "c")) {
            bind(direct, new NamedQueue(key), key);
            bind(topic, new NamedQueue(key), key + ".#");
        }

        // then
        assertThat(route(direct, List.of("c", "a", "c"), FieldTable.EMPTY)).containsExactlyInAnyOrder("a", "c");
        assertThat(route(topic, List.of("b.x", "a"), FieldTable.EMPTY)).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void comparesHeadersByValueWhateverTheirTypes() {
        // given
        Exchange headers = exchange("headers", ExchangeType.HEADERS, FieldTable.EMPTY);
        bindHeaders(headers, "seven", table().put("n", 7L).build());
        bindHeaders(headers, "text", table().put("n", "7").build());
        bindHeaders(headers, "present", table().put("n", new FieldValue.Void()).build());

        // then
        for (FieldValue seven : List.of(
                new FieldValue.Int(FieldType.SHORT, 7),
                new FieldValue.Timestamp(7),
                new FieldValue.Float32(7),
                new FieldValue.Float64(7))) {
            assertThat(routeHeaders(headers, table().put("n", seven).build()))
                    .containsExactlyInAnyOrder("seven", "present");
        }
        var bytes = new FieldValue.Binary(Slice.of(new byte[] {'7'}));
        assertThat(routeHeaders(headers, table().put("n", bytes).build())).containsExactlyInAnyOrder("text", "present");
        assertThat(routeHeaders(
                        headers, table().put("n", new FieldValue.Float64(7.5)).build()))
                .containsExactly("present");
    }

    @Test
    void matchesAnyOfTheHeadersThatBeginWithXWhenAskedTo() {
        // given
        Exchange headers = exchange("headers", ExchangeType.HEADERS, FieldTable.EMPTY);
        bindHeaders(
                headers,
                "any with x",
                table().put("x-match", "any-with-x")
                        .put("x-a", "1")
                        .put("b", "2")
                        .build());
        bindHeaders(
                headers, "any", table().put("x-match", "any").put("x-a", "1").build());

        // then
        assertThat(routeHeaders(headers, table().put("x-a", "1").build())).containsExactly("any with x");
        assertThat(routeHeaders(headers, table().put("b", "2").build())).containsExactly("any with x");
        assertThat(routeHeaders(headers, FieldTable.EMPTY)).isEmpty();
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

    private static FieldTable alternate(String name) {
        return table().put(Exchange.ALTERNATE_EXCHANGE, name).build();
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
        return route(exchange, List.of(key), headers);
    }

    private List<String> route(Exchange exchange, List<String> keys, FieldTable headers) {
        var address = new Address(keys, ContentProperties.EMPTY.withHeaders(headers));
        return Router.route(exchange, address, name -> Optional.ofNullable(exchanges.get(name))).queues().stream()
                .map(Destination::name)
                .toList();
    }
}
