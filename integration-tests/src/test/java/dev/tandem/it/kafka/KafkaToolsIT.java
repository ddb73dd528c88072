package dev.tandem.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.it.fixture.KafkaFixture;
import dev.tandem.it.fixture.KafkaPrograms;
import dev.tandem.it.fixture.Names;
import dev.tandem.it.fixture.SharedBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Apache Kafka's own command-line tools, unmodified. */
class KafkaToolsIT {
    @RegisterExtension
    static final SharedBroker BROKER = SharedBroker.inAProcess();

    private final KafkaFixture kafka = BROKER.kafka();

    @Test
    void topicsCreatesDescribesGrowsAndDeletes() {
        // given
        String topic = Names.unique("tool");

        // when
        topics("--create", "--topic", topic, "--partitions", "2", "--config", "retention.ms=3600000");
        topics("--alter", "--topic", topic, "--partitions", "3");

        // then
        assertThat(topics("--list")).contains(topic);
        assertThat(topics("--describe", "--topic", topic))
                .anyMatch(line -> line.contains("PartitionCount: 3") && line.contains("retention.ms=3600000"))
                .anyMatch(line -> line.contains("Partition: 2") && line.contains("Leader: 1"));
        topics("--delete", "--topic", topic);
        assertThat(topics("--list")).doesNotContain(topic);
    }

    @Test
    void configsChangesAndDescribes() {
        // given
        String topic = kafka.createTopic(1);

        // when
        configs("--alter", "--entity-type", "topics", "--entity-name", topic, "--add-config", "max.message.bytes=5000");

        // then
        assertThat(configs("--describe", "--entity-type", "topics", "--entity-name", topic))
                .anyMatch(line -> line.contains("max.message.bytes=5000") && line.contains("DYNAMIC_TOPIC_CONFIG"));
        configs("--alter", "--entity-type", "topics", "--entity-name", topic, "--delete-config", "max.message.bytes");
        assertThat(configs("--describe", "--entity-type", "topics", "--entity-name", topic))
                .noneMatch(line -> line.contains("max.message.bytes"));
        assertThat(configs("--describe", "--entity-type", "brokers", "--entity-name", "1", "--all"))
                .anyMatch(line -> line.contains("num.partitions="));
    }

    @Test
    void groupsAndConsumerGroupsListDescribeResetAndDelete() {
        // given
        String topic = kafka.createTopic(1);
        kafka.produce(topic, 0, "a", "b", "c");
        String group = Names.unique("tool-group");
        try (var consumer = kafka.consumer(group)) {
            consumer.subscribe(List.of(topic));
            KafkaFixture.poll(consumer, 3);
            consumer.commitSync(Duration.ofSeconds(30));
        }

        // then
        assertThat(KafkaPrograms.run(
                        "org.apache.kafka.tools.GroupsCommand", "--bootstrap-server", kafka.bootstrap(), "--list"))
                .anyMatch(line -> line.startsWith(group));
        assertThat(groups("--describe", "--group", group))
                .anyMatch(line -> line.matches(group + "\\s+" + topic + "\\s+0\\s+3\\s+3\\s+0\\s+.*"));
        groups("--reset-offsets", "--group", group, "--topic", topic, "--to-offset", "1", "--execute");
        assertThat(groups("--describe", "--group", group))
                .anyMatch(line -> line.matches(group + "\\s+" + topic + "\\s+0\\s+1\\s+3\\s+2\\s+.*"));
        groups("--delete", "--group", group);
        assertThat(groups("--list")).doesNotContain(group);
    }

    @Test
    void consumerGroupsDescribesMembersAndResetsInEveryWay(@TempDir Path folder) throws IOException {
        // given
        String topic = kafka.createTopic(1);
        String other = kafka.createTopic(1);
        kafka.produce(topic, 0, "a", "b", "c", "d");
        kafka.produce(other, 0, "a");
        String group = Names.unique("tool-group");
        String offset = topic + ",0,%d";
        Path plan = Files.writeString(folder.resolve("plan.csv"), offset.formatted(3) + System.lineSeparator());
        List<String> whileItIsRead;
        try (var consumer = kafka.consumer(group, Map.of("client.id", "reader"))) {
            consumer.subscribe(List.of(topic, other));
            KafkaFixture.poll(consumer, 5);
            consumer.commitSync(Duration.ofSeconds(30));
            whileItIsRead = groups("--describe", "--group", group, "--members", "--verbose");
        }

        // when
        List<List<String>> runs = KafkaPrograms.runAll(
                "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
                Stream.of(
                                "--describe --state",
                                "--reset-offsets --topic %s --shift-by -1 --dry-run --export",
                                "--reset-offsets --topic %s --shift-by -1 --execute --export",
                                "--reset-offsets --topic %s --to-earliest --execute --export",
                                "--reset-offsets --topic %s --to-latest --execute --export",
                                "--reset-offsets --topic %s --to-datetime 2020-01-01T00:00:00.000 --execute --export",
                                "--reset-offsets --topic %s --by-duration PT1H --execute --export",
                                "--reset-offsets --topic %s --to-current --execute --export",
                                "--reset-offsets --from-file " + plan + " --execute --export",
                                "--delete-offsets --topic " + other,
                                "--reset-offsets --all-topics --to-earliest --execute --export")
                        .map(run -> "--bootstrap-server " + kafka.bootstrap() + " --group " + group + " "
                                + run.formatted(topic))
                        .map(run -> List.of(run.split(" ")))
                        .toList());

        // then
        assertThat(whileItIsRead)
                .anyMatch(
                        line -> line.contains("reader") && line.contains(topic + ":0") && line.contains(other + ":0"));
        assertThat(runs.get(0)).anyMatch(line -> line.contains("Empty"));
        assertThat(runs.get(1)).contains(offset.formatted(3));
        assertThat(runs.get(2)).as("the dry run changed nothing").contains(offset.formatted(3));
        assertThat(runs.get(3)).contains(offset.formatted(0));
        assertThat(runs.get(4)).contains(offset.formatted(4));
        assertThat(runs.get(5)).contains(offset.formatted(0));
        assertThat(runs.get(6)).contains(offset.formatted(0));
        assertThat(runs.get(7)).contains(offset.formatted(0));
        assertThat(runs.get(8)).contains(offset.formatted(3));
        assertThat(runs.get(9)).anyMatch(line -> line.contains(other) && line.contains("Successful"));
        assertThat(runs.get(10)).contains(offset.formatted(0)).noneMatch(line -> line.contains(other));
    }

    @Test
    void deletesRecordsAndTellsOffsetsAndDirectories(@TempDir Path folder) throws IOException {
        // given
        String topic = kafka.createTopic(1);
        kafka.produce(topic, 0, "a", "b", "c");
        Path offsets = Files.writeString(folder.resolve("offsets.json"), """
                {"partitions": [{"topic": "%s", "partition": 0, "offset": 2}], "version": 1}
                """.formatted(topic));

        // when
        assertThat(run("org.apache.kafka.tools.DeleteRecordsCommand", "--offset-json-file", offsets.toString()))
                .anyMatch(line -> line.contains("low_watermark: 2"));

        // then
        assertThat(run("org.apache.kafka.tools.GetOffsetShell", "--topic", topic, "--time", "earliest"))
                .containsExactly(topic + ":0:2");
        assertThat(run("org.apache.kafka.tools.GetOffsetShell", "--topic", topic))
                .containsExactly(topic + ":0:3");
        assertThat(run("org.apache.kafka.tools.LogDirsCommand", "--describe", "--topic-list", topic))
                .anyMatch(line -> line.contains("\"partition\":\"" + topic + "-0\""));
    }

    @Test
    void verifiableProducerAndConsumerAgree() {
        // given
        String topic = kafka.createTopic(1);

        // when
        List<String> produced =
                run("org.apache.kafka.tools.VerifiableProducer", "--topic", topic, "--max-messages", "200");
        List<String> consumed = run(
                "org.apache.kafka.tools.VerifiableConsumer",
                "--topic",
                topic,
                "--group-id",
                Names.unique("verify"),
                "--max-messages",
                "200",
                "--reset-policy",
                "earliest");

        // then
        assertThat(produced).anyMatch(line -> line.contains("\"acked\":200"));
        assertThat(consumed).anyMatch(line -> line.contains("\"shutdown_complete\""));
    }

    @Test
    void performanceToolsRun() {
        // given
        String topic = kafka.createTopic(1);

        // when
        List<String> produced = KafkaPrograms.run(
                "org.apache.kafka.tools.ProducerPerformance",
                "--topic",
                topic,
                "--num-records",
                "2000",
                "--record-size",
                "100",
                "--throughput",
                "-1",
                "--producer-props",
                "bootstrap.servers=" + kafka.bootstrap());
        List<String> consumed =
                run("org.apache.kafka.tools.ConsumerPerformance", "--topic", topic, "--messages", "2000");

        // then
        assertThat(produced).anyMatch(line -> line.startsWith("2000 records sent"));
        assertThat(consumed).anyMatch(line -> line.contains(", 2000, "));
    }

    @Test
    void clusterFeaturesAndQuorumAreDescribed() {
        assertThat(KafkaPrograms.run(
                        "org.apache.kafka.tools.ClusterTool", "cluster-id", "--bootstrap-server", kafka.bootstrap()))
                .anyMatch(line -> line.startsWith("Cluster ID:"));
        assertThat(KafkaPrograms.run(
                        "org.apache.kafka.tools.FeatureCommand", "--bootstrap-server", kafka.bootstrap(), "describe"))
                .anyMatch(line -> line.contains("group.version") && line.contains("FinalizedVersionLevel: 1"));
        assertThat(KafkaPrograms.run(
                        "org.apache.kafka.tools.MetadataQuorumCommand",
                        "--bootstrap-server",
                        kafka.bootstrap(),
                        "describe",
                        "--status"))
                .anyMatch(line -> line.matches("LeaderId:\\s+1"));
    }

    private List<String> topics(String... arguments) {
        return run("org.apache.kafka.tools.TopicCommand", arguments);
    }

    private List<String> configs(String... arguments) {
        return run("kafka.admin.ConfigCommand", arguments);
    }

    private List<String> groups(String... arguments) {
        return run("org.apache.kafka.tools.consumer.group.ConsumerGroupCommand", arguments);
    }

    private List<String> run(String tool, String... arguments) {
        var all = new ArrayList<String>(List.of("--bootstrap-server", kafka.bootstrap()));
        all.addAll(List.of(arguments));
        return KafkaPrograms.run(tool, all.toArray(String[]::new));
    }
}
