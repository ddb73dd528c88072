package dev.tandem.kafka.topic;

import static org.assertj.core.api.Assertions.assertThat;

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
        assertThat(TopicPolicies.of(Map.of("cleanup.policy", "compact", "retention.ms", "1")))
                .isEqualTo(LogPolicy.KEEP_ALL);
        assertThat(TopicPolicies.of(Map.of("cleanup.policy", "compact,delete", "retention.ms", "1")))
                .isEqualTo(new LogPolicy(1, LogPolicy.UNLIMITED));
    }
}
