package dev.tandem.console.lab;

/**
 * One lane in one round.
 *
 * @param targetRate messages a second it was asked for; 0 for as fast as possible
 * @param acknowledged by the broker
 * @param delivered that arrived at a consumer, each counted once
 * @param errors publishes that failed
 * @param lost acknowledged, but never arrived
 * @param ackLatency from the intended send time to the broker's acknowledgement
 * @param endToEndLatency from the intended send time to the consumer
 * @param afterPublish what the topic or queue held when everything was acknowledged
 * @param afterDrain what it held when everything was received and acknowledged or committed
 */
public record RoundResult(
        Side side,
        Phase phase,
        int round,
        long targetRate,
        long sent,
        long acknowledged,
        long delivered,
        long errors,
        long lost,
        long duplicated,
        long outOfOrder,
        double publishedPerSecond,
        double deliveredPerSecond,
        Percentiles ackLatency,
        Percentiles endToEndLatency,
        Stock afterPublish,
        Stock afterDrain) {}
