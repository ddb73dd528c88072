package dev.tandem.kafka.topic;

import dev.tandem.kafka.KafkaConfig;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.catalog.Definition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Uuid;

/** A topic as it is defined now. Immutable; a change makes another one. */
public final class Topic {
    private final Definition.Topic definition;
    private final Uuid id;
    private final List<Partition> partitions;
    private final TopicSettings settings;

    Topic(Definition.Topic definition, StorageEngine storage, KafkaConfig config) {
        this.definition = definition;
        this.id = new Uuid(
                definition.id().getMostSignificantBits(), definition.id().getLeastSignificantBits());
        var found = new ArrayList<Partition>(definition.logIds().size());
        for (long logId : definition.logIds()) {
            found.add(new Partition(storage, found.size(), logId));
        }
        this.partitions = List.copyOf(found);
        this.settings = TopicSettings.of(definition.configs(), config);
    }

    public String name() {
        return definition.name();
    }

    public Uuid id() {
        return id;
    }

    public List<Partition> partitions() {
        return partitions;
    }

    /** A partition by number. */
    public Optional<Partition> partition(int index) {
        return index >= 0 && index < partitions.size() ? Optional.of(partitions.get(index)) : Optional.empty();
    }

    /** The configs that were set. */
    public Map<String, String> configs() {
        return definition.configs();
    }

    public TopicSettings settings() {
        return settings;
    }

    Definition.Topic definition() {
        return definition;
    }
}
