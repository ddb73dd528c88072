package dev.tandem.it.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.it.fixture.KafkaFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;

/** A consumer of a group that notes what it is given, what is taken from it, and what it reads. */
final class GroupMember implements ConsumerRebalanceListener, AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(20);

    private final Consumer<String, String> consumer;
    private final Set<TopicPartition> revoked = new HashSet<>();
    private final Set<TopicPartition> lost = new HashSet<>();
    private final List<String> values = new ArrayList<>();
    private int assignments;

    GroupMember(KafkaFixture kafka, String group, Map<String, ?> settings) {
        var all = new HashMap<String, Object>(settings);
        // New topics are noticed, and a broker that was killed is found again, within a second.
        all.putIfAbsent("metadata.max.age.ms", 1_000);
        all.putIfAbsent("reconnect.backoff.max.ms", 200);
        // A client that finds no broker starts over from its bootstrap servers, without metadata of any topic; a
        // classic leader
        // that looks at that moment asks for a rebalance.
        all.putIfAbsent("metadata.recovery.strategy", "none");
        if (!"consumer".equals(settings.get("group.protocol"))) {
            // A classic member hears of a rebalance by its next heartbeat; in the other protocol the broker says when.
            all.putIfAbsent("heartbeat.interval.ms", 100);
        }
        consumer = kafka.consumer(group, all);
    }

    GroupMember subscribe(String... topics) {
        consumer.subscribe(List.of(topics), this);
        return this;
    }

    GroupMember subscribe(SubscriptionPattern pattern) {
        consumer.subscribe(pattern, this);
        return this;
    }

    Consumer<String, String> consumer() {
        return consumer;
    }

    Set<TopicPartition> assignment() {
        return consumer.assignment();
    }

    /** The generation, or the member's epoch: what every rebalance raises. */
    int generation() {
        return consumer.groupMetadata().generationId();
    }

    /** What was ever taken from it. */
    Set<TopicPartition> revoked() {
        return revoked;
    }

    /** What it was ever told to be somebody else's already. */
    Set<TopicPartition> lost() {
        return lost;
    }

    /** How often it was given anything. */
    int assignments() {
        return assignments;
    }

    /** Everything it has read. */
    List<String> values() {
        return values;
    }

    void poll() {
        consumer.poll(POLL).forEach(record -> values.add(record.value()));
    }

    /** Polls all members until the assertion holds. */
    static void pollUntil(List<GroupMember> members, Runnable assertion) {
        Awaitility.await().atMost(LIMIT).pollInterval(Duration.ofMillis(1)).untilAsserted(() -> {
            members.forEach(GroupMember::poll);
            assertion.run();
        });
    }

    /** Polls all members until together they have exactly so many partitions each. */
    static void pollUntilShared(List<GroupMember> members, Integer... sizes) {
        pollUntil(members, () -> assertThat(members)
                .extracting(member -> member.assignment().size())
                .containsExactlyInAnyOrder(sizes));
        assertThat(members.stream().flatMap(member -> member.assignment().stream()))
                .doesNotHaveDuplicates();
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        assignments++;
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        revoked.addAll(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        lost.addAll(partitions);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
