package dev.tandem.kafka.topic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.kafka.record.KafkaBatchRewriter;
import dev.tandem.storage.clean.Compaction;
import dev.tandem.storage.clean.LogPolicy;
import java.util.Map;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.junit.jupiter.api.Test;

class TopicPoliciesTest {

    @Test
    void keepsRecordsForAsLongAsKafkaDoesByDefault() {
        // given
        var kafka = new LogConfig(Map.of());

        // then
        assertThat(TopicPolicies.of(Map.of())).isEqualTo(new LogPolicy(kafka.retentionMs, kafka.retentionSize));
    }

    @Test
    void readsTimeAndSizeToKeep() {
        assertThat(TopicPolicies.of(Map.of("retention.ms", "5000", "retention.bytes", " 100 ")))
                .isEqualTo(new LogPolicy(5_000, 100));
        assertThat(TopicPolicies.of(Map.of("retention.ms", "-1"))).isEqualTo(LogPolicy.KEEP_ALL);
    }

    @Test
    void dropsNothingOfATopicThatIsOnlyCompacted() {
        var compacted = TopicPolicies.of(Map.of("cleanup.policy", "compact", "retention.ms", "1"));
        assertThat(compacted.limitsRetention()).isFalse();
        assertThat(compacted.compaction()).isNotNull();
        var both = TopicPolicies.of(Map.of("cleanup.policy", "compact,delete", "retention.ms", "1"));
        assertThat(both.retentionMillis()).isEqualTo(1);
        assertThat(both.compaction()).isNotNull();
    }

    @Test
    void readsHowATopicIsCompacted() {
        var compaction = TopicPolicies.of(Map.of(
                        "cleanup.policy", "compact",
                        "min.cleanable.dirty.ratio", "0.1",
                        "min.compaction.lag.ms", "2",
                        "max.compaction.lag.ms", "3",
                        "delete.retention.ms", "4",
                        "segment.ms", "5",
                        "segment.bytes", "1048576"))
                .compaction();
        assertThat(compaction).isEqualTo(new Compaction(KafkaBatchRewriter.INSTANCE, 0.1, 2, 3, 4, 5, 1_048_576));
        assertThat(TopicPolicies.of(Map.of("cleanup.policy", "compact")).compaction())
                .isEqualTo(new Compaction(
                        KafkaBatchRewriter.INSTANCE, 0.5, 0, Long.MAX_VALUE, 86_400_000, 604_800_000, Long.MAX_VALUE));
    }
}
