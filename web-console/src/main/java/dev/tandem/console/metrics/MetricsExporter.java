package dev.tandem.console.metrics;

import dev.tandem.amqp.admin.AmqpAdmin;
import dev.tandem.console.live.Observation;
import dev.tandem.kafka.admin.KafkaAdmin;
import dev.tandem.storage.StorageMetrics;
import dev.tandem.storage.alarm.StorageAlarm;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The Prometheus endpoint. */
public final class MetricsExporter {
    private static final Tags AMQP = Tags.of("protocol", "amqp091");

    private final Supplier<Observation> observe;
    private final Supplier<Optional<StorageAlarm>> alarm;
    private final int maxSeries;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    /** Kept here because meters hold what they ask by weak references. */
    private final Supplier<StorageMetrics> storage = this::storageNow;

    private final MultiGauge partitionEnds;
    private final MultiGauge partitionStarts;
    private final MultiGauge partitionSizes;
    private final MultiGauge groupLags;
    private final MultiGauge groupOffsets;
    private Observation current;
    private long leftOut;

    /**
     * Makes an exporter.
     *
     * @param observe asked at each scrape
     * @param alarm likewise: why the engine refuses writes, if it does
     * @param maxSeries largest number of series in one per-partition or per-group metric
     */
    public MetricsExporter(
            Supplier<Observation> observe, Supplier<Optional<StorageAlarm>> alarm, int maxSeries, String version) {
        this.observe = observe;
        this.alarm = alarm;
        this.maxSeries = maxSeries;
        this.current = observe.get();
        Gauge.builder("rabbitmq.build.info", () -> 1)
                .tags("product", "Tandem", "product_version", version)
                .description("Which broker answers under these names")
                .register(registry);
        registerAmqp();
        registerKafka();
        registerAlarms();
        new StorageMeters(registry, storage).register();
        partitionEnds = multiGauge("kafka.topic.partition.current.offset", "High watermark of a partition");
        partitionStarts = multiGauge("kafka.topic.partition.oldest.offset", "First offset of a partition");
        partitionSizes = multiGauge("kafka.log.log.size", "Stored bytes of a partition");
        groupLags = multiGauge("kafka.consumergroup.lag", "Records behind the high watermark");
        groupOffsets = multiGauge("kafka.consumergroup.current.offset", "Committed offset");
        gauge("tandem.metrics.series.left.out", "Series past console.metrics-max-series", now -> leftOut);
    }

    /** The text of one scrape. */
    public synchronized String scrape() {
        current = observe.get();
        leftOut = 0;
        var ends = new Rows();
        var starts = new Rows();
        var sizes = new Rows();
        for (KafkaAdmin.TopicView topic : current.topics()) {
            for (KafkaAdmin.PartitionView partition : topic.partitions()) {
                Tags tags = Tags.of("topic", topic.name(), "partition", Integer.toString(partition.partition()));
                ends.add(tags, partition.highWatermark());
                starts.add(tags, partition.startOffset());
                sizes.add(tags, partition.sizeBytes());
            }
        }
        var lags = new Rows();
        var offsets = new Rows();
        for (KafkaAdmin.GroupView group : current.groups()) {
            for (KafkaAdmin.LagView place : group.partitions()) {
                Tags tags = Tags.of(
                        "consumergroup", group.id(),
                        "topic", place.topic(),
                        "partition", Integer.toString(place.partition()));
                lags.add(tags, place.lag());
                offsets.add(tags, place.committedOffset());
            }
        }
        partitionEnds.register(ends.rows, true);
        partitionStarts.register(starts.rows, true);
        partitionSizes.register(sizes.rows, true);
        groupLags.register(lags.rows, true);
        groupOffsets.register(offsets.rows, true);
        return registry.scrape();
    }

    /** Names and meanings of rabbitmq_prometheus. Counters count since start and never go back. */
    private void registerAmqp() {
        amqpCounter("connections.opened", AmqpAdmin.Counters::connectionsOpened);
        amqpCounter("connections.closed", AmqpAdmin.Counters::connectionsClosed);
        amqpCounter("channels.opened", AmqpAdmin.Counters::channelsOpened);
        amqpCounter("channels.closed", AmqpAdmin.Counters::channelsClosed);
        amqpCounter("queues.declared", AmqpAdmin.Counters::queuesDeclared);
        amqpCounter("queues.deleted", AmqpAdmin.Counters::queuesDeleted);
        amqpMessages("received", AmqpAdmin.Counters::published);
        amqpMessages("received.confirm", AmqpAdmin.Counters::publishedConfirm);
        amqpMessages("confirmed", AmqpAdmin.Counters::confirmed);
        amqpMessages("routed", AmqpAdmin.Counters::routed);
        amqpMessages("unroutable.returned", AmqpAdmin.Counters::returned);
        amqpMessages("unroutable.dropped", AmqpAdmin.Counters::unroutableDropped);
        amqpMessages("delivered", Observation::delivered);
        amqpMessages("delivered.consume.manual.ack", AmqpAdmin.Counters::deliveredManualAck);
        amqpMessages("delivered.consume.auto.ack", AmqpAdmin.Counters::deliveredAutoAck);
        amqpMessages("delivered.get.manual.ack", AmqpAdmin.Counters::gotManualAck);
        amqpMessages("delivered.get.auto.ack", AmqpAdmin.Counters::gotAutoAck);
        amqpMessages("get.empty", AmqpAdmin.Counters::getEmpty);
        amqpMessages("redelivered", AmqpAdmin.Counters::redelivered);
        amqpMessages("acknowledged", AmqpAdmin.Counters::acknowledged);
        gauge("rabbitmq.connections", "Open connections", now -> now.amqpConnections()
                .size());
        gauge("rabbitmq.channels", "Open channels", now -> now.amqpConnections().stream()
                .mapToInt(AmqpAdmin.ConnectionView::channels)
                .sum());
        gauge("rabbitmq.queues", "Queues", now -> now.queues().size());
        gauge("rabbitmq.consumers", "Consumers", now -> queueSum(now, AmqpAdmin.QueueView::consumers));
        gauge(
                "rabbitmq.queue.messages",
                "Ready and unacknowledged messages",
                now -> queueSum(now, queue -> queue.ready() + queue.unacked()));
        gauge("rabbitmq.queue.messages.ready", "Ready messages", now -> queueSum(now, AmqpAdmin.QueueView::ready));
        gauge(
                "rabbitmq.queue.messages.unacked",
                "Unacknowledged messages",
                now -> queueSum(now, AmqpAdmin.QueueView::unacked));
        gauge("rabbitmq.queue.consumers", "Consumers of queues", now -> queueSum(now, AmqpAdmin.QueueView::consumers));
        gauge(
                "tandem.queue.stored.bytes",
                "Stored bytes of all queues",
                now -> queueSum(now, AmqpAdmin.QueueView::storedBytes));
    }

    /** Names as the JMX exporter gives them with Strimzi's rules. */
    private void registerKafka() {
        kafkaCounter("kafka.server.brokertopicmetrics.messagesin", KafkaAdmin.Counters::recordsProduced);
        kafkaCounter("kafka.server.brokertopicmetrics.bytesin", KafkaAdmin.Counters::bytesProduced);
        kafkaCounter("kafka.server.brokertopicmetrics.bytesout", KafkaAdmin.Counters::bytesFetched);
        kafkaCounter("tandem.kafka.records.fetched", KafkaAdmin.Counters::recordsFetched);
        kafkaCounter("tandem.kafka.requests", KafkaAdmin.Counters::requests);
        kafkaCounter("tandem.kafka.connections.opened", KafkaAdmin.Counters::connectionsOpened);
        kafkaCounter("tandem.kafka.connections.closed", KafkaAdmin.Counters::connectionsClosed);
        gauge("kafka.server.socketservermetrics.connection.count", "Open connections", Observation::kafkaConnections);
        gauge("kafka.server.replicamanager.partitioncount", "Partitions", MetricsExporter::partitions);
        gauge("kafka.server.replicamanager.leadercount", "Partitions led", MetricsExporter::partitions);
        gauge("kafka.server.replicamanager.underreplicatedpartitions", "Always 0: there are no replicas", now -> 0);
        gauge("kafka.controller.kafkacontroller.activecontrollercount", "Always 1", now -> 1);
        gauge("kafka.controller.kafkacontroller.offlinepartitionscount", "Always 0 while this answers", now -> 0);
        gauge("tandem.kafka.topics", "Topics", now -> now.topics().size());
        gauge("tandem.kafka.groups", "Groups", now -> now.groups().size());
    }

    private StorageMetrics storageNow() {
        return current.storage();
    }

    private void registerAlarms() {
        gauge(
                "rabbitmq.alarms.free.disk.space.watermark",
                "1 while less than storage.disk-free-limit-bytes is free",
                now -> stands(StorageAlarm.Kind.LOW_SPACE));
        gauge(
                "tandem.storage.write.failed",
                "1 from a failed write until the engine has recovered",
                now -> stands(StorageAlarm.Kind.WRITE_FAILED));
        gauge(
                "tandem.storage.data.damaged",
                "1 once background work has met damaged data, until the next start",
                now -> stands(StorageAlarm.Kind.DATA_DAMAGED));
    }

    private int stands(StorageAlarm.Kind kind) {
        return alarm.get().filter(standing -> standing.kind() == kind).isPresent() ? 1 : 0;
    }

    private void amqpMessages(String name, ToDoubleFunction<AmqpAdmin.Counters> value) {
        counter(
                "rabbitmq.global.messages." + name,
                "As in rabbitmq_prometheus",
                AMQP,
                now -> value.applyAsDouble(now.amqp()));
    }

    private void amqpCounter(String name, ToDoubleFunction<AmqpAdmin.Counters> value) {
        counter("rabbitmq." + name, "As in rabbitmq_prometheus", Tags.empty(), now -> value.applyAsDouble(now.amqp()));
    }

    private void kafkaCounter(String name, ToDoubleFunction<KafkaAdmin.Counters> value) {
        counter(name, "Since start", Tags.empty(), now -> value.applyAsDouble(now.kafka()));
    }

    private void counter(String name, String description, Tags tags, ToDoubleFunction<Observation> value) {
        FunctionCounter.builder(name, this, exporter -> value.applyAsDouble(exporter.current))
                .tags(tags)
                .description(description)
                .register(registry);
    }

    private void gauge(String name, String description, ToDoubleFunction<Observation> value) {
        Gauge.builder(name, this, exporter -> value.applyAsDouble(exporter.current))
                .description(description)
                .register(registry);
    }

    private MultiGauge multiGauge(String name, String description) {
        return MultiGauge.builder(name).description(description).register(registry);
    }

    private static double partitions(Observation now) {
        return now.topics().stream()
                .mapToInt(topic -> topic.partitions().size())
                .sum();
    }

    private static double queueSum(Observation now, ToDoubleFunction<AmqpAdmin.QueueView> value) {
        return now.queues().stream().mapToDouble(value).sum();
    }

    /** Names come from clients, so their number is bounded. */
    private final class Rows {
        private final List<MultiGauge.Row<?>> rows = new ArrayList<>();

        void add(Iterable<Tag> tags, double value) {
            if (rows.size() < maxSeries) {
                rows.add(MultiGauge.Row.of(Tags.of(tags), value));
            } else {
                leftOut++;
            }
        }
    }
}
