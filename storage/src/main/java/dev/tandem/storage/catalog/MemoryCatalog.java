package dev.tandem.storage.catalog;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** The catalog in memory: loaded on open, changed by the commit thread after each group is written. */
public final class MemoryCatalog implements Catalog {
    private static final Comparator<DefinitionKey> ORDER =
            Comparator.comparing(DefinitionKey::kind).thenComparing(DefinitionKey::parts, MemoryCatalog::compareParts);

    private final ConcurrentSkipListMap<DefinitionKey, Definition> definitions = new ConcurrentSkipListMap<>(ORDER);
    private volatile long revision;

    /** A catalog without definitions. */
    public MemoryCatalog(long revision) {
        this.revision = revision;
    }

    @Override
    public Optional<Definition> find(DefinitionKey key) {
        return Optional.ofNullable(definitions.get(key));
    }

    @Override
    public <D extends Definition> Collection<D> all(Class<D> type) {
        return definitions.values().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    @Override
    public long revision() {
        return revision;
    }

    /** Stores a definition, or removes it when null. */
    public void put(DefinitionKey key, @Nullable Definition definition) {
        if (definition == null) {
            definitions.remove(key);
        } else {
            definitions.put(key, definition);
        }
    }

    /** Makes these the definitions; those that stay are readable throughout. */
    void replaceAll(Map<DefinitionKey, Definition> stored) {
        definitions.keySet().removeIf(key -> !stored.containsKey(key));
        definitions.putAll(stored);
    }

    /** Raises the revision. */
    public void advanceTo(long newRevision) {
        revision = newRevision;
    }

    private static int compareParts(List<String> a, List<String> b) {
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            int order = a.get(i).compareTo(b.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(a.size(), b.size());
    }
}
