package dev.tandem.amqp.routing;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Binding keys are patterns of words between dots: {@code *} stands for one word, {@code #} for any number of them, none
 * included (AMQP 0-9-1 §3.1.3.3).
 *
 * <p>The patterns form a trie of words. A routing key is matched word by word against the set of nodes that the words
 * before it may have led to, so that the work is bounded by words times nodes whatever the patterns are; trying every
 * split of the key at every {@code #} would let one hostile pattern stall an event loop.
 */
record TopicBindings(Node root) implements BindingTable {
    static final TopicBindings EMPTY = new TopicBindings(new Node(false, Map.of(), List.of()));
    private static final String ANY_WORD = "*";
    private static final String ANY_WORDS = "#";

    @Override
    public TopicBindings with(Binding binding) {
        return new TopicBindings(root.with(words(binding.routingKey()), 0, binding));
    }

    @Override
    public TopicBindings without(Binding binding) {
        return new TopicBindings(root.without(words(binding.routingKey()), 0, binding));
    }

    @Override
    public void match(Address address, Consumer<Destination> found) {
        for (String routingKey : address.routingKeys()) {
            match(routingKey, found);
        }
    }

    private void match(String routingKey, Consumer<Destination> found) {
        Set<Node> reached = new LinkedHashSet<>();
        reach(root, reached);
        for (String word : words(routingKey)) {
            var next = new LinkedHashSet<Node>();
            for (Node node : reached) {
                if (node.isAnyWords) {
                    reach(node, next);
                }
                reach(node.children.get(word), next);
                reach(node.children.get(ANY_WORD), next);
            }
            reached = next;
        }
        for (Node node : reached) {
            for (Binding binding : node.bindings) {
                found.accept(binding.destination());
            }
        }
    }

    /** Adds a node and those that no further word is needed for. */
    private static void reach(@Nullable Node node, Set<Node> reached) {
        Node at = node;
        while (at != null && reached.add(at)) {
            at = at.children.get(ANY_WORDS);
        }
    }

    /** The words of a key; the empty key has none. */
    private static String[] words(String key) {
        return key.isEmpty() ? new String[0] : key.split("\\.", -1);
    }

    /** A node of the trie; compared by identity. */
    private static final class Node {
        private final boolean isAnyWords;
        private final Map<String, Node> children;
        private final List<Binding> bindings;

        Node(boolean isAnyWords, Map<String, Node> children, List<Binding> bindings) {
            this.isAnyWords = isAnyWords;
            this.children = children;
            this.bindings = bindings;
        }

        Node with(String[] words, int at, Binding binding) {
            if (at == words.length) {
                return new Node(isAnyWords, children, BindingTable.plus(bindings, binding));
            }
            String word = words[at];
            Node child = children.get(word);
            if (child == null) {
                child = new Node(word.equals(ANY_WORDS), Map.of(), List.of());
            }
            var copy = new HashMap<>(children);
            copy.put(word, child.with(words, at + 1, binding));
            return new Node(isAnyWords, copy, bindings);
        }

        Node without(String[] words, int at, Binding binding) {
            if (at == words.length) {
                return new Node(isAnyWords, children, BindingTable.minus(bindings, binding));
            }
            Node child = children.get(words[at]);
            if (child == null) {
                return this;
            }
            var copy = new HashMap<>(children);
            Node rest = child.without(words, at + 1, binding);
            if (rest.children.isEmpty() && rest.bindings.isEmpty()) {
                copy.remove(words[at]);
            } else {
                copy.put(words[at], rest);
            }
            return new Node(isAnyWords, copy, bindings);
        }
    }
}
