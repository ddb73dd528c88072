package dev.tandem.kafka;

import java.time.Duration;
import java.util.Optional;

/**
 * Settings of Kafka mode, keys {@code kafka.*}.
 *
 * @param port port to listen on; 0 for any free one
 * @param advertised {@code host:port} that clients are told to connect to; when empty, the address they came to
 * @param numPartitions partitions of a topic whose creator named no number
 * @param autoCreateTopics whether asking for the metadata of an unknown topic creates it
 * @param messageMaxBytes largest record batch, unless a topic says otherwise ({@code max.message.bytes})
 * @param decompressedMaxBytes largest size that a compressed batch may unpack to
 * @param requestMaxBytes largest request frame
 * @param maxInFlightBytesPerConnection bytes of unanswered requests past which a connection is not read
 * @param fetchMaxBytes largest amount of records in one answer to a fetch
 * @param connectionMaxIdle a connection silent for so long is closed
 * @param maxConnections open connections past which new ones are closed at once
 * @param producerIdExpiration how long a partition remembers an idle idempotent producer
 * @param groupInitialRebalanceDelay how long the first rebalance of an empty classic group waits for more members
 * @param groupHeartbeatInterval how often members of the consumer protocol (KIP-848) report and hear of changes
 * @param offsetsRetention age, in whole minutes, past which committed offsets of a group without members go
 * @param offsetsRetentionCheckInterval how often to look for such offsets
 */
public record KafkaConfig(
        int port,
        Optional<String> advertised,
        int numPartitions,
        boolean autoCreateTopics,
        long messageMaxBytes,
        long decompressedMaxBytes,
        long requestMaxBytes,
        long maxInFlightBytesPerConnection,
        long fetchMaxBytes,
        Duration connectionMaxIdle,
        int maxConnections,
        Duration producerIdExpiration,
        Duration groupInitialRebalanceDelay,
        Duration groupHeartbeatInterval,
        Duration offsetsRetention,
        Duration offsetsRetentionCheckInterval) {

    /** This broker's id in every answer; a single broker needs no other. */
    public static final int NODE_ID = 1;

    private static final long MIB = 1 << 20;

    public KafkaConfig {
        requireRange("kafka.port", port, 0, 65_535);
        requireRange("kafka.num-partitions", numPartitions, 1, 10_000);
        requireRange("kafka.message-max-bytes", messageMaxBytes, 1, Integer.MAX_VALUE);
        requireRange("kafka.decompressed-max-bytes", decompressedMaxBytes, 1, Long.MAX_VALUE);
        // An array cannot be longer, and some bytes go to the framing.
        requireRange("kafka.request-max-bytes", requestMaxBytes, 1024, Integer.MAX_VALUE - 1024);
        requireRange("kafka.max-in-flight-bytes-per-connection", maxInFlightBytesPerConnection, 1, Long.MAX_VALUE);
        requireRange("kafka.fetch-max-bytes", fetchMaxBytes, 1024, Integer.MAX_VALUE - 16 * MIB);
        requireRange("kafka.connection-max-idle", connectionMaxIdle.toMillis(), 1, Long.MAX_VALUE);
        requireRange("kafka.max-connections", maxConnections, 1, Integer.MAX_VALUE);
        requireRange("kafka.producer-id-expiration", producerIdExpiration.toMillis(), 1, Long.MAX_VALUE);
        requireRange(
                "kafka.group-initial-rebalance-delay",
                groupInitialRebalanceDelay.toMillis(),
                0,
                Duration.ofMinutes(5).toMillis());
        // Kafka's bounds: what is above could not keep a member within its session.
        requireRange("kafka.group-heartbeat-interval", groupHeartbeatInterval.toMillis(), 10, 15_000);
        requireRange("kafka.offsets-retention in minutes", offsetsRetention.toMinutes(), 1, Integer.MAX_VALUE);
        requireRange(
                "kafka.offsets-retention-check-interval", offsetsRetentionCheckInterval.toMillis(), 1, Long.MAX_VALUE);
        advertised.ifPresent(KafkaConfig::requireHostAndPort);
    }

    /** Kafka's own defaults, where it has the setting. */
    public static KafkaConfig defaults() {
        return new KafkaConfig(
                9092,
                Optional.empty(),
                1,
                true,
                1_048_588,
                128 * MIB,
                100 * MIB,
                16 * MIB,
                55 * MIB,
                Duration.ofMinutes(10),
                10_000,
                Duration.ofDays(1),
                Duration.ofSeconds(3),
                Duration.ofSeconds(5),
                Duration.ofDays(7),
                Duration.ofMinutes(10));
    }

    /** The same settings on another port. */
    public KafkaConfig withPort(int otherPort) {
        return new KafkaConfig(
                otherPort,
                advertised,
                numPartitions,
                autoCreateTopics,
                messageMaxBytes,
                decompressedMaxBytes,
                requestMaxBytes,
                maxInFlightBytesPerConnection,
                fetchMaxBytes,
                connectionMaxIdle,
                maxConnections,
                producerIdExpiration,
                groupInitialRebalanceDelay,
                groupHeartbeatInterval,
                offsetsRetention,
                offsetsRetentionCheckInterval);
    }

    /** The same settings with another delay of the first rebalance; tests set it to zero. */
    public KafkaConfig withGroupInitialRebalanceDelay(Duration delay) {
        return new KafkaConfig(
                port,
                advertised,
                numPartitions,
                autoCreateTopics,
                messageMaxBytes,
                decompressedMaxBytes,
                requestMaxBytes,
                maxInFlightBytesPerConnection,
                fetchMaxBytes,
                connectionMaxIdle,
                maxConnections,
                producerIdExpiration,
                delay,
                groupHeartbeatInterval,
                offsetsRetention,
                offsetsRetentionCheckInterval);
    }

    /** The same settings with another check of the age of committed offsets; tests do not wait for minutes. */
    public KafkaConfig withOffsetsRetentionCheckInterval(Duration interval) {
        return new KafkaConfig(
                port,
                advertised,
                numPartitions,
                autoCreateTopics,
                messageMaxBytes,
                decompressedMaxBytes,
                requestMaxBytes,
                maxInFlightBytesPerConnection,
                fetchMaxBytes,
                connectionMaxIdle,
                maxConnections,
                producerIdExpiration,
                groupInitialRebalanceDelay,
                groupHeartbeatInterval,
                offsetsRetention,
                interval);
    }

    private static void requireRange(String key, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(key + " must be from " + min + " to " + max + ", not " + value);
        }
    }

    private static void requireHostAndPort(String address) {
        int colon = address.lastIndexOf(':');
        if (colon < 1 || !address.substring(colon + 1).matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException("kafka.advertised must be host:port, not '" + address + "'");
        }
        requireRange("the port in kafka.advertised", Integer.parseInt(address.substring(colon + 1)), 1, 65_535);
    }
}
