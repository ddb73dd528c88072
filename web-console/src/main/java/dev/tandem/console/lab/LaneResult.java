package dev.tandem.console.lab;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * One lane over all rounds.
 *
 * @param maximumPerSecond messages a second that reached consumers at full speed; zeros when that was not measured
 * @param ackLatency of all rounds at the common rate together
 * @param endToEndLatency of all rounds at the common rate together
 * @param endToEndP99 of each round at the common rate, microseconds
 * @param sent in all rounds, warm-up included
 * @param afterPublish of the last round
 * @param afterDrain of the last round
 */
public record LaneResult(
        Side side,
        Band maximumPerSecond,
        Percentiles ackLatency,
        Percentiles endToEndLatency,
        Band endToEndP99,
        long sent,
        long delivered,
        long errors,
        long lost,
        long duplicated,
        long outOfOrder,
        Stock afterPublish,
        Stock afterDrain) {

    /** Sums up the rounds of one lane, of which there is at least one. */
    static LaneResult of(Side side, List<RoundResult> rounds, Histogram ackLatencies, Histogram endToEndLatencies) {
        RoundResult last = rounds.get(rounds.size() - 1);
        return new LaneResult(
                side,
                Band.of(rounds.stream()
                        .filter(round -> round.phase() == Phase.MAXIMUM)
                        .map(RoundResult::deliveredPerSecond)
                        .toList()),
                Percentiles.of(ackLatencies),
                Percentiles.of(endToEndLatencies),
                Band.of(rounds.stream()
                        .filter(round -> round.phase() == Phase.RATE)
                        .map(round -> (double) round.endToEndLatency().p99())
                        .toList()),
                rounds.stream().mapToLong(RoundResult::sent).sum(),
                rounds.stream().mapToLong(RoundResult::delivered).sum(),
                rounds.stream().mapToLong(RoundResult::errors).sum(),
                rounds.stream().mapToLong(RoundResult::lost).sum(),
                rounds.stream().mapToLong(RoundResult::duplicated).sum(),
                rounds.stream().mapToLong(RoundResult::outOfOrder).sum(),
                last.afterPublish(),
                last.afterDrain());
    }
}
