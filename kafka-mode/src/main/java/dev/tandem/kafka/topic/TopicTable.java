package dev.tandem.kafka.topic;

import dev.tandem.kafka.KafkaConfig;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.catalog.Definition;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;

/**
 * All topics, in memory. Readers see one immutable snapshot; a change swaps it.
 *
 * <p>The catalog is the truth: a change only names the topic that may have changed, so that changes told in any order,
 * from several event loops, end in the same table.
 */
public final class TopicTable {
    private final StorageEngine storage;
    private final KafkaConfig config;
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private volatile Snapshot snapshot;

    /** Reads all topics of the catalog. */
    public TopicTable(StorageEngine storage, KafkaConfig config) {
        this.storage = storage;
        this.config = config;
        var byName = new HashMap<String, Topic>();
        for (Definition.Topic definition : storage.catalog().all(Definition.Topic.class)) {
            byName.put(definition.name(), new Topic(definition, storage, config));
        }
        this.snapshot = new Snapshot(byName);
    }

    public Optional<Topic> byName(String name) {
        return Optional.ofNullable(snapshot.byName.get(name));
    }

    public Optional<Topic> byId(Uuid id) {
        return Optional.ofNullable(snapshot.byId.get(id));
    }

    /** All topics, in no order; a snapshot. */
    public Collection<Topic> all() {
        return snapshot.byName.values();
    }

    /** All topics by name; a snapshot. */
    public List<Topic> sorted() {
        return all().stream().sorted(Comparator.comparing(Topic::name)).toList();
    }

    /**
     * Calls {@code listener} after each change with the name of the topic that changed, on whichever thread made it; it
     * must not block or throw.
     */
    public void onChange(Consumer<String> listener) {
        listeners.add(listener);
    }

    /** Takes over what the catalog says now of all topics: a recovery of the engine may bring to light what was refused. */
    public void reloadAll() {
        var names = new TreeSet<>(snapshot.byName.keySet());
        storage.catalog().all(Definition.Topic.class).forEach(definition -> names.add(definition.name()));
        names.forEach(this::reload);
    }

    /** Takes over what the catalog says now of one topic. */
    void reload(String name) {
        synchronized (this) {
            Optional<Definition.Topic> defined = storage.catalog().topic(name);
            Topic known = snapshot.byName.get(name);
            if (known == null
                    ? defined.isEmpty()
                    : defined.filter(known.definition()::equals).isPresent()) {
                return;
            }
            var byName = new HashMap<>(snapshot.byName);
            byName.remove(name);
            defined.ifPresent(definition -> byName.put(name, new Topic(definition, storage, config)));
            snapshot = new Snapshot(byName);
        }
        listeners.forEach(listener -> listener.accept(name));
    }

    private static final class Snapshot {
        private final Map<String, Topic> byName;
        private final Map<Uuid, Topic> byId = new HashMap<>();

        Snapshot(Map<String, Topic> byName) {
            this.byName = byName;
            byName.values().forEach(topic -> byId.put(topic.id(), topic));
        }
    }
}
