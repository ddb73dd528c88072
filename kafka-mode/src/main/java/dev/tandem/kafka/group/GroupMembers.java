package dev.tandem.kafka.group;

import dev.tandem.kafka.admin.KafkaAdmin.MemberView;
import dev.tandem.kafka.api.CoordinatorRequestContext;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.ListGroupsResponseData.ListedGroup;
import org.apache.kafka.common.message.ShareGroupDescribeResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.types.SchemaException;
import org.apache.kafka.coordinator.group.GroupCoordinator;

/** Who is in a group, and which partitions they have been assigned. */
record GroupMembers(List<MemberView> members, Set<TopicPartition> assigned) {
    static final GroupMembers NONE = new GroupMembers(List.of(), Set.of());

    /** The members of groups, by group id, asked from the coordinator in the way that fits each group's type. */
    static CompletableFuture<Map<String, GroupMembers>> of(GroupCoordinator service, List<ListedGroup> groups) {
        var classic = service.describeGroups(
                CoordinatorRequestContext.internal(ApiKeys.DESCRIBE_GROUPS), idsOf(groups, "classic"));
        var consumer = service.consumerGroupDescribe(
                CoordinatorRequestContext.internal(ApiKeys.CONSUMER_GROUP_DESCRIBE), idsOf(groups, "consumer"));
        var share = service.shareGroupDescribe(
                CoordinatorRequestContext.internal(ApiKeys.SHARE_GROUP_DESCRIBE), idsOf(groups, "share"));
        return CompletableFuture.allOf(classic, consumer, share).thenApply(done -> {
            Map<String, GroupMembers> byGroup = new HashMap<>();
            classic.join().forEach(group -> byGroup.put(group.groupId(), ofClassic(group)));
            consumer.join().forEach(group -> byGroup.put(group.groupId(), ofConsumer(group)));
            share.join().forEach(group -> byGroup.put(group.groupId(), ofShare(group)));
            return byGroup;
        });
    }

    private static List<String> idsOf(List<ListedGroup> groups, String type) {
        return groups.stream()
                .filter(group -> group.groupType().toLowerCase(Locale.ROOT).equals(type))
                .map(ListedGroup::groupId)
                .toList();
    }

    private static GroupMembers ofClassic(DescribeGroupsResponseData.DescribedGroup group) {
        Set<TopicPartition> assigned = new LinkedHashSet<>();
        if (group.protocolType().equals(ConsumerProtocol.PROTOCOL_TYPE)) {
            group.members().forEach(member -> assigned.addAll(classicAssignment(member.memberAssignment())));
        }
        return new GroupMembers(
                group.members().stream()
                        .map(member -> new MemberView(member.memberId(), member.clientId(), member.clientHost()))
                        .toList(),
                assigned);
    }

    private static List<TopicPartition> classicAssignment(byte[] assignment) {
        try {
            return assignment.length == 0
                    ? List.of()
                    : ConsumerProtocol.deserializeAssignment(ByteBuffer.wrap(assignment))
                            .partitions();
        } catch (SchemaException e) {
            // The leader of a classic group may assign in a form of its own; then it is not ours to show.
            return List.of();
        }
    }

    private static GroupMembers ofConsumer(ConsumerGroupDescribeResponseData.DescribedGroup group) {
        Set<TopicPartition> assigned = new LinkedHashSet<>();
        for (var member : group.members()) {
            for (var topic : member.assignment().topicPartitions()) {
                topic.partitions().forEach(partition -> assigned.add(new TopicPartition(topic.topicName(), partition)));
            }
        }
        return new GroupMembers(
                group.members().stream()
                        .map(member -> new MemberView(member.memberId(), member.clientId(), member.clientHost()))
                        .toList(),
                assigned);
    }

    private static GroupMembers ofShare(ShareGroupDescribeResponseData.DescribedGroup group) {
        Set<TopicPartition> assigned = new LinkedHashSet<>();
        for (var member : group.members()) {
            for (var topic : member.assignment().topicPartitions()) {
                topic.partitions().forEach(partition -> assigned.add(new TopicPartition(topic.topicName(), partition)));
            }
        }
        return new GroupMembers(
                group.members().stream()
                        .map(member -> new MemberView(member.memberId(), member.clientId(), member.clientHost()))
                        .toList(),
                assigned);
    }
}
