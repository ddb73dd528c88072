package dev.tandem.console.api;

import dev.tandem.console.live.Observation;
import dev.tandem.kafka.admin.KafkaAdmin;
import dev.tandem.kafka.admin.KafkaAdmin.GroupView;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** {@code /groups}. */
final class GroupsResource {
    private static final Map<String, Comparator<GroupView>> ORDERS = Map.of(
            "id", Comparator.comparing(GroupView::id),
            "state", Comparator.comparing(GroupView::state),
            "members", Comparator.comparingInt(group -> group.members().size()),
            "lag", Comparator.comparingLong(Observation::lag));

    private final KafkaAdmin kafka;
    private final Answers answers;

    record GroupRow(String id, String type, String state, int members, List<String> topics, long lag) {}

    GroupsResource(KafkaAdmin kafka, Answers answers) {
        this.kafka = kafka;
        this.answers = answers;
    }

    void install(Router api) {
        api.get("/groups").handler(this::list);
        api.get("/groups/:group").handler(this::show);
    }

    private void list(RoutingContext context) {
        answers.send(context, () -> Listing.of(context)
                .page(Answers.await(kafka.groups()), GroupView::id, ORDERS, GroupsResource::row));
    }

    private void show(RoutingContext context) {
        String id = context.pathParam("group");
        answers.send(context, () -> Answers.await(kafka.groups()).stream()
                .filter(group -> group.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new ApiException(404, "there is no group '" + id + "'")));
    }

    private static GroupRow row(GroupView group) {
        return new GroupRow(
                group.id(),
                group.type(),
                group.state(),
                group.members().size(),
                group.partitions().stream()
                        .map(KafkaAdmin.LagView::topic)
                        .distinct()
                        .sorted()
                        .toList(),
                Observation.lag(group));
    }
}
