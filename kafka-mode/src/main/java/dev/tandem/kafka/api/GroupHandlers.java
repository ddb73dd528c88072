package dev.tandem.kafka.api;

import dev.tandem.kafka.KafkaConfig;
import dev.tandem.kafka.topic.TopicTable;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.coordinator.group.GroupCoordinator;

/** The handlers of the group APIs. */
public final class GroupHandlers {
    private GroupHandlers() {}

    /**
     * Makes them.
     *
     * @param coordinator the running coordinator; throws the error to be answered while there is none
     */
    public static List<ApiHandler<?, ?>> create(
            Supplier<GroupCoordinator> coordinator, KafkaConfig config, TopicTable topics) {
        return List.of(
                new FindCoordinatorHandler(config),
                new JoinGroupHandler(coordinator),
                new SyncGroupHandler(coordinator),
                new HeartbeatHandler(coordinator),
                new LeaveGroupHandler(coordinator),
                new OffsetCommitHandler(coordinator, topics),
                new OffsetFetchHandler(coordinator, topics),
                new OffsetDeleteHandler(coordinator, topics),
                new DescribeGroupsHandler(coordinator),
                new ListGroupsHandler(coordinator),
                new DeleteGroupsHandler(coordinator),
                new ConsumerGroupHeartbeatHandler(coordinator),
                new ConsumerGroupDescribeHandler(coordinator));
    }
}
