package dev.tandem.kafka.group;

import dev.tandem.kafka.topic.PerNameOrder;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.StorageException;
import dev.tandem.storage.catalog.Definition;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.Durability;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.CoordinatorNotAvailableException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.coordinator.group.GroupConfig;
import org.apache.kafka.coordinator.group.GroupCoordinator;
import org.apache.kafka.coordinator.group.GroupCoordinatorConfig;
import org.apache.kafka.coordinator.group.modern.share.ShareGroupConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Configs of groups: kept in the catalog, told to the coordinator. Safe for use from any thread.
 */
public final class GroupConfigs {
    /** The scope under which the catalog keeps them. */
    private static final String SCOPE = "group";

    private static final Logger LOGGER = LoggerFactory.getLogger(GroupConfigs.class);

    private final StorageEngine engine;
    private final GroupCoordinatorConfig coordinatorConfig;
    private final Supplier<GroupCoordinator> coordinator;
    private final PerNameOrder order = new PerNameOrder();

    GroupConfigs(
            StorageEngine engine, GroupCoordinatorConfig coordinatorConfig, Supplier<GroupCoordinator> coordinator) {
        this.engine = engine;
        this.coordinatorConfig = coordinatorConfig;
        this.coordinator = coordinator;
    }

    /** Ids of the groups that have configs, in no order. */
    public List<String> groupIds() {
        return engine.catalog().all(Definition.Config.class).stream()
                .filter(definition -> definition.scope().equals(SCOPE))
                .map(Definition.Config::name)
                .toList();
    }

    /** The configs set for a group. */
    public Map<String, String> of(String groupId) {
        return engine.catalog()
                .find(new Definition.Config(SCOPE, groupId, Map.of()).key())
                .map(definition -> ((Definition.Config) definition).values())
                .orElse(Map.of());
    }

    /**
     * Changes the configs set for a group.
     *
     * @param change makes of those that are set those that shall be
     * @param validateOnly whether to stop short of the change
     * @param executor where the result arrives
     */
    public CompletionStage<Void> change(
            String groupId, UnaryOperator<Map<String, String>> change, boolean validateOnly, Executor executor) {
        return order.run(groupId, () -> changeNow(groupId, change, validateOnly, executor));
    }

    private CompletionStage<Void> changeNow(
            String groupId, UnaryOperator<Map<String, String>> change, boolean validateOnly, Executor executor) {
        Map<String, String> values = change.apply(of(groupId));
        validate(values);
        if (validateOnly) {
            return CompletableFuture.completedFuture(null);
        }
        var definition = new Definition.Config(SCOPE, groupId, values);
        var answer = new CompletableFuture<Void>();
        engine.submit(Commit.of(
                values.isEmpty() ? new Change.Undefine(definition.key(), false) : new Change.Define(definition, false),
                Durability.SYNCED,
                executor,
                result -> {
                    StorageException error = result.error();
                    if (error == null) {
                        tell(groupId, values);
                        answer.complete(null);
                    } else {
                        answer.completeExceptionally(error);
                    }
                }));
        return answer;
    }

    private void tell(String groupId, Map<String, String> values) {
        try {
            coordinator.get().updateGroupConfig(groupId, properties(values));
        } catch (CoordinatorNotAvailableException e) {
            LOGGER.debug("the group coordinator reads the configs of group {} when it starts", groupId);
        }
    }

    private void validate(Map<String, String> values) {
        try {
            GroupConfig.validate(values, coordinatorConfig, ShareGroupConfig.fromProps(Map.of()));
        } catch (ConfigException e) {
            throw new InvalidConfigurationException(e.getMessage(), e);
        }
    }

    /** Tells a coordinator that starts all that is set. */
    void tellAll(GroupCoordinator starting) {
        groupIds().forEach(groupId -> starting.updateGroupConfig(groupId, properties(of(groupId))));
    }

    private static Properties properties(Map<String, String> values) {
        var properties = new Properties();
        properties.putAll(values);
        return properties;
    }
}
