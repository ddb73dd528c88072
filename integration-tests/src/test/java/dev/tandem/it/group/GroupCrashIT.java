package dev.tandem.it.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.it.fixture.BrokerProcess;
import dev.tandem.it.fixture.KafkaFixture;
import dev.tandem.it.fixture.Names;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a group knows survives kill -9: members, what each has, offsets with their metadata, configs. */
class GroupCrashIT {
    private static final int PARTITIONS = 4;

    private final String classicGroup = Names.unique("classic");
    private final String modernGroup = Names.unique("modern");
    private final String staticGroup = Names.unique("static");

    @Test
    void membersGoOnAndOffsetsAreExactAfterAKill(@TempDir Path dataDir) {
        try (var broker = BrokerProcess.start(
                dataDir,
                "512m",
                List.of("kafka.group-initial-rebalance-delay=0", "kafka.group-heartbeat-interval=100ms"))) {
            // given
            var kafka = new KafkaFixture(broker.kafkaBootstrap());
            String topic = kafka.createTopic(PARTITIONS);
            var classic = members(kafka, topic, classicGroup, Map.of());
            var modern = members(kafka, topic, modernGroup, Map.of("group.protocol", "consumer"));
            var withIds = List.of(
                    member(kafka, topic, staticGroup, Map.of("group.instance.id", "a")),
                    member(kafka, topic, staticGroup, Map.of("group.instance.id", "b")));
            var groups = List.of(classic, modern, withIds);
            var everyone = groups.stream().flatMap(List::stream).toList();
            groups.forEach(members -> GroupMember.pollUntilShared(members, 2, 2));
            produce(kafka, topic, "before");
            GroupMember.pollUntil(
                    everyone,
                    () -> groups.forEach(members -> assertThat(read(members)).hasSize(PARTITIONS)));
            Map<GroupMember, Map<TopicPartition, OffsetAndMetadata>> committed =
                    everyone.stream().collect(Collectors.toMap(member -> member, GroupCrashIT::commitWithMetadata));
            var before = new HashMap<String, Set<MemberDescription>>();
            try (var admin = kafka.admin()) {
                setHeartbeatInterval(admin);
                describe(admin).forEach((group, description) -> before.put(group, Set.copyOf(description.members())));
            }
            var generations = everyone.stream().map(GroupMember::generation).toList();

            // when
            broker.kill();
            broker.start();

            // then
            try (var admin = kafka.admin()) {
                for (var members : groups) {
                    var expected = new HashMap<TopicPartition, OffsetAndMetadata>();
                    members.forEach(member -> expected.putAll(committed.get(member)));
                    assertThat(offsets(admin, members)).isEqualTo(expected);
                }
                produce(kafka, topic, "after");
                GroupMember.pollUntil(
                        everyone,
                        () -> groups.forEach(
                                members -> assertThat(read(members)).hasSizeGreaterThanOrEqualTo(2 * PARTITIONS)));
                groups.forEach(members -> assertThat(read(members)).doesNotHaveDuplicates());
                assertThat(everyone.stream().map(GroupMember::generation)).isEqualTo(generations);
                describe(admin).forEach((group, description) -> assertThat(description.members())
                        .as(group)
                        .hasSize(2)
                        .allSatisfy(found -> assertThat(before.get(group)).anySatisfy(known -> {
                            assertThat(found.consumerId()).isEqualTo(known.consumerId());
                            assertThat(found.groupInstanceId()).isEqualTo(known.groupInstanceId());
                            assertThat(found.assignment()).isEqualTo(known.assignment());
                        })));
                assertThat(heartbeatInterval(admin)).isEqualTo("150");
            }
            everyone.forEach(GroupMember::close);
        }
    }

    private static List<GroupMember> members(
            KafkaFixture kafka, String topic, String group, Map<String, String> settings) {
        return List.of(member(kafka, topic, group, settings), member(kafka, topic, group, settings));
    }

    private static GroupMember member(KafkaFixture kafka, String topic, String group, Map<String, String> settings) {
        var all = new HashMap<String, Object>(settings);
        all.put("enable.auto.commit", false);
        return new GroupMember(kafka, group, all).subscribe(topic);
    }

    private static void produce(KafkaFixture kafka, String topic, String what) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            kafka.produce(topic, partition, what + " " + partition);
        }
    }

    private static List<String> read(List<GroupMember> members) {
        var all = new ArrayList<String>();
        members.forEach(member -> all.addAll(member.values()));
        return all;
    }

    private static Map<TopicPartition, OffsetAndMetadata> commitWithMetadata(GroupMember member) {
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        for (var partition : member.assignment()) {
            offsets.put(
                    partition,
                    new OffsetAndMetadata(
                            member.consumer().position(partition), "grüße 🐫 an " + partition.partition()));
        }
        member.consumer().commitSync(offsets);
        return offsets;
    }

    private static Map<TopicPartition, OffsetAndMetadata> offsets(Admin admin, List<GroupMember> members) {
        String group = members.get(0).consumer().groupMetadata().groupId();
        return KafkaFixture.get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    }

    private Map<String, ConsumerGroupDescription> describe(Admin admin) {
        return KafkaFixture.get(admin.describeConsumerGroups(List.of(classicGroup, modernGroup, staticGroup))
                .all());
    }

    private void setHeartbeatInterval(Admin admin) {
        var change =
                new AlterConfigOp(new ConfigEntry("consumer.heartbeat.interval.ms", "150"), AlterConfigOp.OpType.SET);
        KafkaFixture.get(admin.incrementalAlterConfigs(Map.of(resource(), List.of(change)))
                .all());
    }

    private String heartbeatInterval(Admin admin) {
        return KafkaFixture.get(admin.describeConfigs(List.of(resource())).all())
                .get(resource())
                .get("consumer.heartbeat.interval.ms")
                .value();
    }

    private ConfigResource resource() {
        return new ConfigResource(ConfigResource.Type.GROUP, modernGroup);
    }
}
