package dev.tandem.kafka.topic;

import dev.tandem.kafka.KafkaConfig;
import java.util.Map;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.server.record.BrokerCompressionType;
import org.jspecify.annotations.Nullable;

/**
 * What a topic's configs mean for a produced batch.
 *
 * @param maxMessageBytes largest batch ({@code max.message.bytes})
 * @param logAppendTime whether records get the broker's time ({@code message.timestamp.type})
 * @param timestampBeforeMaxMs how far a record's time may lie in the past
 * @param timestampAfterMaxMs how far a record's time may lie in the future
 * @param compression what batches are stored in ({@code compression.type} and the levels); null for as they were produced
 * @param maxDecompressedMessageBytes largest record of a compressed batch ({@code max.decompressed.message.bytes})
 * @param mayDelete whether DeleteRecords is allowed: not when {@code cleanup.policy} is {@code compact} alone
 * @param compacted whether every record needs a key ({@code cleanup.policy} holds {@code compact})
 */
public record TopicSettings(
        int maxMessageBytes,
        boolean logAppendTime,
        long timestampBeforeMaxMs,
        long timestampAfterMaxMs,
        @Nullable Compression compression,
        int maxDecompressedMessageBytes,
        boolean mayDelete,
        boolean compacted) {
    private static final long ONE_HOUR_MS = 3_600_000;

    /** Reads configs that were validated when they were set. */
    static TopicSettings of(Map<String, String> configs, KafkaConfig config) {
        String cleanup = configs.getOrDefault(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
        boolean compacted = cleanup.contains(TopicConfig.CLEANUP_POLICY_COMPACT);
        return new TopicSettings(
                (int) number(configs, TopicConfig.MAX_MESSAGE_BYTES_CONFIG, config.messageMaxBytes()),
                "LogAppendTime".equals(configs.get(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG)),
                number(configs, TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, Long.MAX_VALUE),
                number(configs, TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, ONE_HOUR_MS),
                compression(configs),
                (int) number(configs, TopicConfig.MAX_DECOMPRESSED_MESSAGE_BYTES_CONFIG, Integer.MAX_VALUE),
                cleanup.contains(TopicConfig.CLEANUP_POLICY_DELETE) || !compacted,
                compacted);
    }

    private static @Nullable Compression compression(Map<String, String> configs) {
        BrokerCompressionType type =
                BrokerCompressionType.forName(configs.getOrDefault(TopicConfig.COMPRESSION_TYPE_CONFIG, "producer"));
        return switch (type) {
            case PRODUCER -> null;
            case UNCOMPRESSED -> Compression.NONE;
            case SNAPPY -> Compression.snappy().build();
            case GZIP ->
                Compression.gzip()
                        .level((int) number(
                                configs,
                                TopicConfig.COMPRESSION_GZIP_LEVEL_CONFIG,
                                CompressionType.GZIP.defaultLevel()))
                        .build();
            case LZ4 ->
                Compression.lz4()
                        .level((int) number(
                                configs, TopicConfig.COMPRESSION_LZ4_LEVEL_CONFIG, CompressionType.LZ4.defaultLevel()))
                        .build();
            case ZSTD ->
                Compression.zstd()
                        .level((int) number(
                                configs,
                                TopicConfig.COMPRESSION_ZSTD_LEVEL_CONFIG,
                                CompressionType.ZSTD.defaultLevel()))
                        .build();
        };
    }

    private static long number(Map<String, String> configs, String name, long otherwise) {
        String value = configs.get(name);
        return value == null ? otherwise : Long.parseLong(value.trim());
    }
}
