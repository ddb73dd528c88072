package dev.tandem.kafka.topic;

import dev.tandem.kafka.KafkaConfig;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;

/**
 * What a topic's configs mean for a produced batch.
 *
 * @param maxMessageBytes largest batch ({@code max.message.bytes})
 * @param logAppendTime whether records get the broker's time ({@code message.timestamp.type})
 * @param timestampBeforeMaxMs how far a record's time may lie in the past
 * @param timestampAfterMaxMs how far a record's time may lie in the future
 * @param compacted whether every record needs a key ({@code cleanup.policy} holds {@code compact})
 */
public record TopicSettings(
        int maxMessageBytes,
        boolean logAppendTime,
        long timestampBeforeMaxMs,
        long timestampAfterMaxMs,
        boolean compacted) {
    private static final long ONE_HOUR_MS = 3_600_000;

    /** Reads configs that were validated when they were set. */
    static TopicSettings of(Map<String, String> configs, KafkaConfig config) {
        return new TopicSettings(
                (int) number(configs, TopicConfig.MAX_MESSAGE_BYTES_CONFIG, config.messageMaxBytes()),
                "LogAppendTime".equals(configs.get(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG)),
                number(configs, TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, Long.MAX_VALUE),
                number(configs, TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, ONE_HOUR_MS),
                configs.getOrDefault(TopicConfig.CLEANUP_POLICY_CONFIG, "delete")
                        .contains("compact"));
    }

    private static long number(Map<String, String> configs, String name, long otherwise) {
        String value = configs.get(name);
        return value == null ? otherwise : Long.parseLong(value.trim());
    }
}
