package dev.tandem.amqp.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.amqp.wire.ContentProperties;
import dev.tandem.amqp.wire.FieldTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicBindingsTest {

    @ParameterizedTest
    @CsvSource({
        "a.b, a.b, true",
        "a.*, a.b, true",
        "a.*, a, false",
        "a.*, a.b.c, false",
        "a.#, a, true",
        "a.#, a.b.c, true",
        "#, '', true",
        "#, a.b, true",
        "*, '', false",
        "*, a, true",
        "#.c, a.b.c, true",
        "#.c, c, true",
        "#.#, '', true",
        "a.#.z, a.z, true",
        "a.#.z, a.b.z.z, true",
        "*.#, '', false",
        "'', '', true",
        "'', a, false",
        "a.., a.., true",
        "a.*., a.., true",
    })
    void matchesWordByWord(String pattern, String key, boolean matches) {
        assertThat(matching(List.of(pattern), key)).isEqualTo(matches ? Set.of(pattern) : Set.of());
    }

    @Property
    void agreesWithANaiveMatcher(
            @ForAll("patternLists") List<String> patterns,
            @ForAll("patternLists") List<String> removed,
            @ForAll("keys") String key) {
        // given
        Set<String> expected = new HashSet<>();
        for (String pattern : patterns) {
            if (!removed.contains(pattern) && naiveMatch(words(pattern), 0, words(key), 0)) {
                expected.add(pattern);
            }
        }

        // when
        TopicBindings bindings = TopicBindings.EMPTY;
        for (String pattern : new HashSet<>(patterns)) {
            bindings = bindings.with(binding(pattern));
        }
        for (String pattern : new HashSet<>(removed)) {
            bindings = bindings.without(binding(pattern));
        }

        // then
        assertThat(matching(bindings, key)).isEqualTo(expected);
    }

    @Test
    void isNotStalledByManyWildcards() {
        // given
        String pattern = "#" + ".a.#".repeat(60);

        // then
        assertThat(matching(List.of(pattern), "a.".repeat(120) + "b")).containsExactly(pattern);
        assertThat(matching(List.of(pattern), "a.".repeat(59) + "b")).isEmpty();
    }

    @Provide
    Arbitrary<String> keys() {
        return Arbitraries.of("a", "b", "").list().ofMaxSize(5).map(words -> String.join(".", words));
    }

    @Provide
    Arbitrary<List<String>> patternLists() {
        return Arbitraries.of("a", "b", "*", "#", "")
                .list()
                .ofMaxSize(5)
                .map(words -> String.join(".", words))
                .list()
                .ofMaxSize(6);
    }

    private static boolean naiveMatch(List<String> pattern, int p, List<String> key, int k) {
        if (p == pattern.size()) {
            return k == key.size();
        }
        if (pattern.get(p).equals("#")) {
            return naiveMatch(pattern, p + 1, key, k) || (k < key.size() && naiveMatch(pattern, p, key, k + 1));
        }
        return k < key.size()
                && (pattern.get(p).equals("*") || pattern.get(p).equals(key.get(k)))
                && naiveMatch(pattern, p + 1, key, k + 1);
    }

    private static List<String> words(String key) {
        return key.isEmpty() ? List.of() : List.of(key.split("\\.", -1));
    }

    private static Set<String> matching(List<String> patterns, String key) {
        TopicBindings bindings = TopicBindings.EMPTY;
        for (String pattern : patterns) {
            bindings = bindings.with(binding(pattern));
        }
        return matching(bindings, key);
    }

    private static Set<String> matching(TopicBindings bindings, String key) {
        var found = new ArrayList<String>();
        bindings.match(
                new Address(List.of(key), ContentProperties.EMPTY), destination -> found.add(destination.name()));
        return new HashSet<>(found);
    }

    private static final Exchange SOURCE =
            new Exchange("/", "topics", ExchangeType.TOPIC, false, false, false, FieldTable.EMPTY);

    private static Binding binding(String pattern) {
        return new Binding(SOURCE, new NamedQueue(pattern), pattern, FieldTable.EMPTY);
    }
}
