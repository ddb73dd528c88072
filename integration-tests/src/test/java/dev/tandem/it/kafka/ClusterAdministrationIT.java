package dev.tandem.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.it.fixture.KafkaFixture;
import dev.tandem.it.fixture.SharedBroker;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.errors.ElectionNotNeededException;
import org.apache.kafka.common.errors.InvalidReplicaAssignmentException;
import org.apache.kafka.common.errors.InvalidUpdateVersionException;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a cluster of one node answers to questions about leaders, replicas, disks, quorum, features and security. */
class ClusterAdministrationIT {
    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker();

    private final KafkaFixture kafka = BROKER.kafka();

    @Test
    void describesTopicsPageByPage() {
        // given
        String first = kafka.createTopic(5);
        String second = kafka.createTopic(3);

        // when
        try (var admin = kafka.admin()) {
            var described = KafkaFixture.get(admin.describeTopics(
                            List.of(first, second), new DescribeTopicsOptions().partitionSizeLimitPerResponse(2))
                    .allTopicNames());

            // then
            assertThat(described.get(first).partitions()).hasSize(5);
            assertThat(described.get(second).partitions()).hasSize(3);
            assertThat(described.get(first).partitions())
                    .allSatisfy(partition -> assertThat(partition.leader().id()).isEqualTo(1));
        }
    }

    @Test
    void tellsTheSizeOfPartitionsAndOfTheVolume() {
        // given
        String topic = kafka.createTopic(1);
        kafka.produce(topic, 0, "x".repeat(1000));

        // when
        try (var admin = kafka.admin()) {
            var directories = KafkaFixture.get(admin.describeLogDirs(List.of(1)).allDescriptions())
                    .get(1);

            // then
            assertThat(directories).hasSize(1);
            var directory = directories.values().iterator().next();
            assertThat(directory.error()).isNull();
            assertThat(directory.totalBytes()).isPresent();
            assertThat(directory
                            .replicaInfos()
                            .get(new TopicPartition(topic, 0))
                            .size())
                    .isBetween(1000L, 1500L);
        }
    }

    @Test
    void needsNoElectionAndNoReassignment() {
        // given
        var partition = new TopicPartition(kafka.createTopic(1), 0);

        // when
        try (var admin = kafka.admin()) {
            var elected = KafkaFixture.get(admin.electLeaders(ElectionType.PREFERRED, Set.of(partition))
                    .partitions());

            // then
            assertThat(elected.get(partition)).get().isInstanceOf(ElectionNotNeededException.class);
            KafkaFixture.get(admin.alterPartitionReassignments(
                            Map.of(partition, Optional.of(new NewPartitionReassignment(List.of(1)))))
                    .all());
            assertThat(KafkaFixture.failure(admin.alterPartitionReassignments(
                                    Map.of(partition, Optional.of(new NewPartitionReassignment(List.of(2)))))
                            .all()))
                    .isInstanceOf(InvalidReplicaAssignmentException.class);
            assertThat(KafkaFixture.get(admin.listPartitionReassignments().reassignments()))
                    .isEmpty();
        }
    }

    @Test
    void isAQuorumOfOne() {
        try (var admin = kafka.admin()) {
            var quorum = KafkaFixture.get(admin.describeMetadataQuorum().quorumInfo());
            assertThat(quorum.leaderId()).isEqualTo(1);
            assertThat(quorum.voters()).hasSize(1);
        }
    }

    @Test
    void tellsTheFeaturesThatAreBuiltAndRefusesOthers() {
        try (var admin = kafka.admin()) {
            var features = KafkaFixture.get(admin.describeFeatures().featureMetadata());
            assertThat(features.finalizedFeatures()).containsOnlyKeys("group.version");
            assertThat(KafkaFixture.failure(admin.updateFeatures(
                                    Map.of(
                                            "transaction.version",
                                            new FeatureUpdate((short) 2, FeatureUpdate.UpgradeType.UPGRADE)),
                                    new UpdateFeaturesOptions())
                            .all()))
                    .isInstanceOf(InvalidUpdateVersionException.class);
        }
    }

    @Test
    void hasNeitherAnAuthorizerNorQuotasNorCredentials() {
        try (var admin = kafka.admin()) {
            assertThat(KafkaFixture.failure(
                            admin.describeAcls(AclBindingFilter.ANY).values()))
                    .isInstanceOf(SecurityDisabledException.class);
            assertThat(KafkaFixture.get(
                            admin.describeClientQuotas(ClientQuotaFilter.all()).entities()))
                    .isEmpty();
            assertThat(KafkaFixture.get(admin.describeUserScramCredentials().users()))
                    .isEmpty();
        }
    }
}
