package dev.tandem.console.api;

import dev.tandem.console.live.Observation;
import dev.tandem.console.live.Sampler;
import dev.tandem.kafka.admin.KafkaAdmin;
import dev.tandem.kafka.admin.KafkaAdmin.TopicView;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** {@code /topics}. */
final class TopicsResource {
    private static final Map<String, Comparator<TopicView>> ORDERS = Map.of(
            "name", Comparator.comparing(TopicView::name),
            "partitions", Comparator.comparingInt(topic -> topic.partitions().size()),
            "records", Comparator.comparingLong(Observation::records),
            "size", Comparator.comparingLong(Observation::storedBytes));
    private static final int MAX_PARTITIONS = 10_000;

    private final KafkaAdmin kafka;
    private final Sampler sampler;
    private final Answers answers;
    private final BodyHandler body;

    record TopicRow(
            String name, int partitions, long records, long endOffset, long storedBytes, double recordsPerSecond) {}

    record TopicDetail(
            TopicRow topic, String id, List<KafkaAdmin.PartitionView> partitions, Map<String, String> configs) {}

    record NewTopic(String name, int partitions) {}

    record Done(String message) {}

    TopicsResource(KafkaAdmin kafka, Sampler sampler, Answers answers, BodyHandler body) {
        this.kafka = kafka;
        this.sampler = sampler;
        this.answers = answers;
        this.body = body;
    }

    void install(Router api) {
        api.get("/topics").handler(this::list);
        api.post("/topics").handler(body).handler(this::create);
        api.get("/topics/:topic").handler(this::show);
        api.delete("/topics/:topic").handler(this::delete);
    }

    private void list(RoutingContext context) {
        answers.send(context, () -> Listing.of(context).page(kafka.topics(), TopicView::name, ORDERS, this::row));
    }

    private void show(RoutingContext context) {
        answers.send(context, () -> {
            TopicView topic = find(context.pathParam("topic"));
            return new TopicDetail(row(topic), topic.id(), topic.partitions(), topic.configs());
        });
    }

    private void create(RoutingContext context) {
        answers.send(context, 201, () -> {
            NewTopic topic = Json.read(Bodies.bytes(context), NewTopic.class);
            if (topic.name() == null || topic.name().isBlank()) {
                throw new ApiException(400, "a topic needs a name");
            }
            if (topic.partitions() < 1 || topic.partitions() > MAX_PARTITIONS) {
                throw new ApiException(400, "a topic has 1 to " + MAX_PARTITIONS + " partitions");
            }
            Answers.await(kafka.createTopic(topic.name(), topic.partitions()));
            return new Done("topic '" + topic.name() + "' created");
        });
    }

    private void delete(RoutingContext context) {
        answers.send(context, () -> {
            TopicView topic = find(context.pathParam("topic"));
            Answers.await(kafka.deleteTopic(topic.name()));
            return new Done("topic '" + topic.name() + "' deleted");
        });
    }

    private TopicView find(String name) {
        return kafka.topics().stream()
                .filter(topic -> topic.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new ApiException(404, "there is no topic '" + name + "'"));
    }

    private TopicRow row(TopicView topic) {
        return new TopicRow(
                topic.name(),
                topic.partitions().size(),
                Observation.records(topic),
                Observation.endOffsets(topic),
                Observation.storedBytes(topic),
                sampler.rates().topic(topic.name()));
    }
}
