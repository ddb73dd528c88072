package dev.tandem.console.lab;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;

/**
 * The same work for both lanes.
 *
 * @param name shown with the result
 * @param messageSize bytes of each message's body
 * @param messages messages of one lane in one round; 0 to go by {@code seconds}
 * @param seconds length of a round when {@code messages} is 0
 * @param producers connections that publish, in each lane
 * @param consumers connections that consume, in each lane
 * @param rate messages a second of a lane, all producers together; 0 finds each lane's maximum first and then runs both
 *     at half the slower one
 * @param inFlight messages a producer may have unacknowledged; also the prefetch count of a queue consumer
 * @param repeats rounds of each lane in each phase
 * @param order lanes one after the other, in changing order, or both at once
 * @param partitions of the topic; 0 for as many as there are consumers
 * @param lingerMillis how long the Kafka producer waits for a batch to fill
 * @param batchBytes the Kafka producer's batch size
 * @param ackEvery received messages between two acknowledgements, or offset commits, of a consumer
 */
public record Workload(
        String name,
        int messageSize,
        long messages,
        double seconds,
        int producers,
        int consumers,
        long rate,
        int inFlight,
        int repeats,
        Order order,
        int partitions,
        int lingerMillis,
        int batchBytes,
        int ackEvery) {

    /** How the lanes follow each other. */
    public enum Order {
        /** A B B A …: neither lane competes with the other. */
        @JsonProperty("alternating")
        ALTERNATING,
        /** Both at once: they compete for the same processors and disk. */
        @JsonProperty("together")
        TOGETHER
    }

    public Workload {
        check(name != null && name.length() <= 100, "name must have at most 100 characters");
        check(
                messageSize >= Payload.MIN_SIZE && messageSize <= 1 << 20,
                "messageSize must be between " + Payload.MIN_SIZE + " and 1048576 bytes");
        check(messages >= 0, "messages must be 0 or more");
        check(messages > 0 || seconds >= 0.2, "seconds must be at least 0.2");
        check(producers >= 1 && producers <= 32, "producers must be between 1 and 32");
        check(consumers >= 1 && consumers <= 32, "consumers must be between 1 and 32");
        check(rate >= 0 && rate <= 10_000_000, "rate must be between 0 (find the maximum) and 10000000");
        check(inFlight >= 1 && inFlight <= 65_535, "inFlight must be between 1 and 65535");
        check(repeats >= 1 && repeats <= 20, "repeats must be between 1 and 20");
        check(partitions >= 0 && partitions <= 256, "partitions must be between 0 and 256");
        check(
                partitions == 0 || partitions >= consumers,
                "partitions must be at least consumers, or some consumers of the log lane get nothing");
        check(lingerMillis >= 0 && lingerMillis <= 1_000, "lingerMillis must be between 0 and 1000");
        check(batchBytes >= 0 && batchBytes <= 4 << 20, "batchBytes must be between 0 and 4194304");
        check(ackEvery >= 1 && ackEvery <= inFlight, "ackEvery must be between 1 and inFlight");
    }

    /** About fifteen seconds in all: a first look, two short rounds of each lane in each phase. */
    public static Workload quick() {
        return new Workload("quick look", 1_024, 0, 0.8, 1, 1, 0, 1_000, 2, Order.ALTERNATING, 0, 0, 65_536, 100);
    }

    /** Partitions of the topic. */
    public int effectivePartitions() {
        return partitions > 0 ? partitions : consumers;
    }

    /** Whether rounds are too short or too few for more than a first look. */
    boolean isQuickLook() {
        return repeats < 3 || (messages == 0 && seconds < 5);
    }

    /** Fails when a round may last longer, or all rounds send more, than is allowed. */
    void checkBounds(Duration maxDuration, long maxBytes) {
        check(
                messages > 0 || seconds * 1_000 <= maxDuration.toMillis(),
                "seconds must be at most " + maxDuration.toSeconds() + " (console.lab-max-duration)");
        check(
                messages <= maxBytes / messageSize / repeats / 2,
                "messages × messageSize × repeats × 2 lanes must be at most " + maxBytes
                        + " bytes (console.lab-max-bytes)");
    }

    private static void check(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
