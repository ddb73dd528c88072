package dev.tandem.storage.catalog;

import java.util.Collection;
import java.util.Optional;

/** All definitions that are written, in memory. */
public interface Catalog {

    Optional<Definition> find(DefinitionKey key);

    /** The topic of a name. */
    default Optional<Definition.Topic> topic(String name) {
        return find(Definition.Topic.keyOf(name)).map(Definition.Topic.class::cast);
    }

    /** All definitions of one kind, in key order; a snapshot. */
    <D extends Definition> Collection<D> all(Class<D> type);

    /** The index of the last commit that changed a definition: strictly rising, persistent. */
    long revision();
}
