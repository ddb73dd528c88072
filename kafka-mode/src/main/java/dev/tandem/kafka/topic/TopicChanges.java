package dev.tandem.kafka.topic;

import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.StorageException;
import dev.tandem.storage.catalog.Definition;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.Durability;
import java.util.ArrayList;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Creates, grows, configures and deletes topics. A topic and the logs of its partitions are defined in one commit, and answered once that
 * is synced. Failures are Kafka's {@code ApiException}s.
 */
public final class TopicChanges {
    /** Partitions one topic may be created with, so that a request cannot fill the disk with empty logs. */
    public static final int MAX_PARTITIONS = 10_000;

    private final StorageEngine storage;
    private final TopicTable table;
    private final PerNameOrder order = new PerNameOrder();

    public TopicChanges(StorageEngine storage, TopicTable table) {
        this.storage = storage;
        this.table = table;
    }

    /**
     * Checks what can be checked before the commit.
     *
     * @throws org.apache.kafka.common.errors.ApiException saying what is wrong
     */
    public void validate(NewTopic topic) {
        String name = topic.name();
        org.apache.kafka.common.internals.Topic.validate(name);
        if (table.byName(name).isPresent()) {
            throw new TopicExistsException("Topic '" + name + "' already exists.");
        }
        if (org.apache.kafka.common.internals.Topic.hasCollisionChars(name)) {
            for (Topic other : table.all()) {
                if (org.apache.kafka.common.internals.Topic.hasCollision(name, other.name())) {
                    throw new InvalidTopicException(
                            "Topic '" + name + "' collides with existing topic: " + other.name());
                }
            }
        }
        if (topic.partitions() < 1 || topic.partitions() > MAX_PARTITIONS) {
            throw new InvalidPartitionsException("Number of partitions of topic '" + name + "' must be from 1 to "
                    + MAX_PARTITIONS + ", not " + topic.partitions());
        }
        TopicConfigs.validate(topic.configs());
    }

    /**
     * Creates a topic that {@link #validate} passes.
     *
     * @param executor where the result arrives
     */
    public CompletionStage<Topic> create(NewTopic topic, Executor executor) {
        return order.run(topic.name(), () -> createNow(topic, executor));
    }

    private CompletionStage<Topic> createNow(NewTopic topic, Executor executor) {
        validate(topic);
        var commit = Commit.builder();
        var logIds = new ArrayList<Long>(topic.partitions());
        for (int i = 0; i < topic.partitions(); i++) {
            long logId = storage.allocateLogId();
            logIds.add(logId);
            commit.add(new Change.CreateLog(logId, Change.CreateLog.Retention.EXPLICIT));
        }
        var definition = new Definition.Topic(topic.name(), newId(), logIds, topic.configs());
        commit.add(new Change.Define(definition, true));
        return submit(commit, executor, topic.name()).thenApply(ignored -> table.byName(topic.name())
                .orElseThrow(() -> new UnknownTopicOrPartitionException(
                        "Topic '" + topic.name() + "' was deleted as soon as it was created.")));
    }

    /**
     * Creates a topic unless it exists.
     *
     * @param executor where the result arrives
     */
    public CompletionStage<Topic> ensure(NewTopic topic, Executor executor) {
        return create(topic, executor).exceptionallyCompose(failure -> {
            if (failure instanceof TopicExistsException || failure.getCause() instanceof TopicExistsException) {
                var existing = table.byName(topic.name());
                if (existing.isPresent()) {
                    return CompletableFuture.completedFuture(existing.get());
                }
            }
            return CompletableFuture.failedFuture(failure);
        });
    }

    /**
     * Deletes a topic with its logs.
     *
     * @param executor where the result arrives
     */
    public CompletionStage<Void> delete(Topic topic, Executor executor) {
        return order.run(topic.name(), () -> deleteNow(present(topic), executor));
    }

    /** The topic as it is by the time its turn has come. */
    private Topic present(Topic topic) {
        return table.byId(topic.id())
                .orElseThrow(
                        () -> new UnknownTopicOrPartitionException("Topic '" + topic.name() + "' does not exist."));
    }

    private CompletionStage<Void> deleteNow(Topic topic, Executor executor) {
        var commit = Commit.builder();
        commit.add(new Change.Undefine(Definition.Topic.keyOf(topic.name()), true));
        for (Partition partition : topic.partitions()) {
            commit.add(new Change.DeleteLog(partition.logId()));
        }
        return submit(commit, executor, topic.name());
    }

    /**
     * Checks a larger number of partitions.
     *
     * @throws InvalidPartitionsException when it is not larger, or too large
     */
    public void validateGrowth(Topic topic, int partitions) {
        int now = topic.partitions().size();
        if (partitions <= now) {
            throw new InvalidPartitionsException("Topic '" + topic.name() + "' has " + now
                    + " partitions already; their number can only grow, not become " + partitions + ".");
        }
        if (partitions > MAX_PARTITIONS) {
            throw new InvalidPartitionsException("Number of partitions of topic '" + topic.name() + "' must not exceed "
                    + MAX_PARTITIONS + ", " + partitions + " does.");
        }
    }

    /**
     * Adds partitions to a topic.
     *
     * @param partitions how many it then has
     * @param executor where the result arrives
     */
    public CompletionStage<Void> grow(Topic topic, int partitions, Executor executor) {
        return order.run(topic.name(), () -> growNow(present(topic), partitions, executor));
    }

    private CompletionStage<Void> growNow(Topic topic, int partitions, Executor executor) {
        validateGrowth(topic, partitions);
        Definition.Topic old = topic.definition();
        var commit = Commit.builder();
        var logIds = new ArrayList<>(old.logIds());
        while (logIds.size() < partitions) {
            long logId = storage.allocateLogId();
            logIds.add(logId);
            commit.add(new Change.CreateLog(logId, Change.CreateLog.Retention.EXPLICIT));
        }
        commit.add(new Change.Define(new Definition.Topic(old.name(), old.id(), logIds, old.configs()), false));
        return submit(commit, executor, topic.name());
    }

    /**
     * Changes the configs that a topic sets.
     *
     * @param change makes of those that are set, when its turn has come, those that shall be
     * @param validateOnly whether to stop short of the change
     * @param executor where the result arrives
     */
    public CompletionStage<Void> configure(
            Topic topic, UnaryOperator<Map<String, String>> change, boolean validateOnly, Executor executor) {
        return order.run(topic.name(), () -> configureNow(present(topic), change, validateOnly, executor));
    }

    private CompletionStage<Void> configureNow(
            Topic topic, UnaryOperator<Map<String, String>> change, boolean validateOnly, Executor executor) {
        Map<String, String> configs = change.apply(topic.configs());
        TopicConfigs.validate(configs);
        if (validateOnly || configs.equals(topic.configs())) {
            return CompletableFuture.completedFuture(null);
        }
        Definition.Topic old = topic.definition();
        var definition = new Definition.Topic(old.name(), old.id(), old.logIds(), configs);
        return submit(Commit.builder().add(new Change.Define(definition, false)), executor, topic.name());
    }

    private CompletionStage<Void> submit(Commit.Builder commit, Executor executor, String name) {
        var answer = new CompletableFuture<Void>();
        storage.submit(commit.build(Durability.SYNCED, executor, result -> {
            table.reload(name);
            StorageException error = result.error();
            if (error == null) {
                answer.complete(null);
            } else {
                answer.completeExceptionally(explain(error, name));
            }
        }));
        return answer;
    }

    private static RuntimeException explain(StorageException error, String name) {
        if (error instanceof StorageException.AlreadyExists) {
            return new TopicExistsException("Topic '" + name + "' already exists.");
        }
        if (error instanceof StorageException.NotFound) {
            return new UnknownTopicOrPartitionException("Topic '" + name + "' does not exist.");
        }
        return error;
    }

    /** Kafka writes ids in base64 and reserves a few; one that begins with a dash is a nuisance on a command line. */
    private static UUID newId() {
        var id = org.apache.kafka.common.Uuid.randomUuid();
        return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }
}
