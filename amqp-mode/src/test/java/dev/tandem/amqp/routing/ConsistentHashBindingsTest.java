package dev.tandem.amqp.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.amqp.wire.ContentProperties;
import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.storage.record.Slice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ConsistentHashBindingsTest {
    private static final int KEYS = 20_000;

    @Test
    void givesEachQueueItsShare() {
        // given
        Exchange exchange = exchange(FieldTable.EMPTY);
        bind(exchange, "q1", 1);
        bind(exchange, "q2", 1);
        bind(exchange, "q3", 2);

        // when
        var shares = new HashMap<String, Integer>();
        for (int i = 0; i < KEYS; i++) {
            shares.merge(route(exchange, "key" + i, ContentProperties.EMPTY), 1, Integer::sum);
        }

        // then
        assertThat(shares.get("q1")).isCloseTo(KEYS / 4, within(KEYS / 40));
        assertThat(shares.get("q2")).isCloseTo(KEYS / 4, within(KEYS / 40));
        assertThat(shares.get("q3")).isCloseTo(KEYS / 2, within(KEYS / 40));
    }

    @Test
    void movesKeysToANewQueueAlone() {
        // given
        Exchange exchange = exchange(FieldTable.EMPTY);
        bind(exchange, "q1", 3);
        bind(exchange, "q2", 3);
        Map<String, String> before = ways(exchange);

        // when
        bind(exchange, "q3", 3);

        // then
        Map<String, String> after = ways(exchange);
        after.forEach((key, queue) -> assertThat(queue).isIn(before.get(key), "q3"));
        assertThat(after).isNotEqualTo(before);
    }

    @Property(tries = 20)
    void routesTheSameWayInWhateverOrderTheBindingsCame(@ForAll long seed) {
        // given
        var names = new ArrayList<>(List.of("q1", "q2", "q3", "q4", "q5"));
        Exchange one = exchange(FieldTable.EMPTY);
        names.forEach(name -> bind(one, name, name.charAt(1) - '0'));
        Exchange other = exchange(FieldTable.EMPTY);
        bind(other, "gone", 7);

        // when
        Collections.shuffle(names, new Random(seed));
        names.forEach(name -> bind(other, name, name.charAt(1) - '0'));
        other.unbind(binding(other, "gone", 7));

        // then
        for (int i = 0; i < 200; i++) {
            assertThat(route(other, "k" + i, ContentProperties.EMPTY))
                    .isEqualTo(route(one, "k" + i, ContentProperties.EMPTY));
        }
    }

    @Test
    void hashesAHeaderOrAPropertyInsteadOfTheRoutingKey() {
        // given
        Exchange byHeader = exchange(
                FieldTable.builder().put(HashSource.HEADER_ARGUMENT, "h").build());
        Exchange byProperty = exchange(FieldTable.builder()
                .put(HashSource.PROPERTY_ARGUMENT, "message_id")
                .build());
        for (Exchange exchange : List.of(byHeader, byProperty)) {
            for (int i = 0; i < 20; i++) {
                bind(exchange, "q" + i, 1);
            }
        }

        // then
        assertThat(waysWith(byHeader, i -> header("same"))).hasSize(1);
        assertThat(waysWith(byHeader, i -> header("h" + i)).size()).isGreaterThan(10);
        assertThat(waysWith(byProperty, i -> messageId("same"))).hasSize(1);
        assertThat(waysWith(byProperty, i -> messageId("m" + i)).size()).isGreaterThan(10);
        assertThat(byHeader.goesByKeysAlone()).isFalse();
        assertThat(exchange(FieldTable.EMPTY).goesByKeysAlone()).isTrue();
    }

    @Test
    void takesWeightsOfAnySize() {
        // given
        Exchange exchange = exchange(FieldTable.EMPTY);
        bind(exchange, "q1", Integer.MAX_VALUE);
        bind(exchange, "q2", Integer.MAX_VALUE);

        // then
        assertThat(ways(exchange).values()).contains("q1", "q2");
    }

    @Test
    void reachesNothingWithoutBindings() {
        var found = new ArrayList<Destination>();
        exchange(FieldTable.EMPTY).match(new Address(List.of("k"), ContentProperties.EMPTY), found::add);
        assertThat(found).isEmpty();
    }

    private static Map<String, String> ways(Exchange exchange) {
        var ways = new HashMap<String, String>();
        for (int i = 0; i < 500; i++) {
            ways.put("k" + i, route(exchange, "k" + i, ContentProperties.EMPTY));
        }
        return ways;
    }

    private static Set<String> waysWith(Exchange exchange, IntFunction<ContentProperties> properties) {
        var queues = new HashSet<String>();
        for (int i = 0; i < 200; i++) {
            queues.add(route(exchange, "k" + i, properties.apply(i)));
        }
        return queues;
    }

    private static ContentProperties header(String value) {
        return ContentProperties.EMPTY.withHeaders(
                FieldTable.builder().put("h", value).build());
    }

    private static ContentProperties messageId(String value) {
        byte[] bytes = new byte[3 + value.length()];
        bytes[1] = (byte) 0x80; // message-id alone
        bytes[2] = (byte) value.length();
        System.arraycopy(value.getBytes(StandardCharsets.US_ASCII), 0, bytes, 3, value.length());
        return ContentProperties.parse(Slice.of(bytes));
    }

    private static String route(Exchange exchange, String key, ContentProperties properties) {
        var found = new ArrayList<String>();
        exchange.match(new Address(List.of(key), properties), destination -> found.add(destination.name()));
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private static Exchange exchange(FieldTable arguments) {
        return new Exchange("/", "hash", ExchangeType.CONSISTENT_HASH, false, false, false, arguments);
    }

    private static void bind(Exchange exchange, String queue, int weight) {
        exchange.bind(binding(exchange, queue, weight));
    }

    private static Binding binding(Exchange exchange, String queue, int weight) {
        return new Binding(exchange, new NamedQueue(queue), String.valueOf(weight), FieldTable.EMPTY);
    }
}
