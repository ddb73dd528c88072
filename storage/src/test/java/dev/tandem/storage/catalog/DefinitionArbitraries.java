package dev.tandem.storage.catalog;

import dev.tandem.storage.record.Slice;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Definitions and keys of every kind, with strings that are empty, contain zero characters or lie beyond the BMP. */
final class DefinitionArbitraries {
    private DefinitionArbitraries() {}

    static Arbitrary<String> strings() {
        return Arbitraries.oneOf(
                Arbitraries.of("", "\0", "\0\0", "\0\1", "a", "a\0", "a\0b", "a\1", "/", "größe", "日本", "😀", "\uffff"),
                Arbitraries.strings().withChars('\0', '\1', '\u00ff', 'a', 'b').ofMaxLength(6),
                Arbitraries.strings().ofMaxLength(300).filter(DefinitionArbitraries::isUnicode));
    }

    private static boolean isUnicode(String s) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(s);
    }

    static Arbitrary<Map<String, String>> maps() {
        return Arbitraries.maps(strings(), strings()).ofMaxSize(5);
    }

    static Arbitrary<Slice> slices() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(50).map(Slice::of);
    }

    static Arbitrary<DefinitionKey> keys() {
        return Arbitraries.of(DefinitionKind.values())
                .flatMap(kind -> strings().list().ofSize(kind.parts()).map(parts -> new DefinitionKey(kind, parts)));
    }

    static Arbitrary<Definition> definitions() {
        Arbitrary<Boolean> booleans = Arbitraries.of(true, false);
        Arbitrary<List<Long>> logIds = Arbitraries.longs().list().ofMaxSize(20);
        Arbitrary<Definition> topics = Combinators.combine(
                        strings(), Arbitraries.longs(), Arbitraries.longs(), logIds, maps())
                .as((name, high, low, ids, configs) -> new Definition.Topic(name, new UUID(high, low), ids, configs));
        Arbitrary<Definition> vhosts = strings().map(Definition.Vhost::new);
        Arbitrary<Definition> exchanges = Combinators.combine(
                        strings(), strings(), strings(), booleans, booleans, slices())
                .as(Definition.Exchange::new);
        Arbitrary<Definition> queues = Combinators.combine(
                        strings(),
                        strings(),
                        Arbitraries.longs(),
                        Arbitraries.integers().between(0, 256),
                        booleans,
                        slices())
                .as(Definition.Queue::new);
        Arbitrary<Definition> bindings = Combinators.combine(
                        strings(), strings(), strings(), strings(), strings(), slices())
                .as(Definition.Binding::new);
        Arbitrary<Definition> users = Combinators.combine(
                        strings(), strings(), strings(), strings().list().ofMaxSize(4))
                .as(Definition.User::new);
        Arbitrary<Definition> configs =
                Combinators.combine(strings(), strings(), maps()).as(Definition.Config::new);
        Arbitrary<Definition> permissions = Combinators.combine(strings(), strings(), strings(), strings(), strings())
                .as(Definition.Permission::new);
        return Arbitraries.oneOf(List.of(topics, vhosts, exchanges, queues, bindings, users, configs, permissions));
    }
}
