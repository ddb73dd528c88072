package dev.tandem.console.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VerdictTest {
    private static final Workload QUICK = Workload.quick();
    private static final Workload LONG =
            WorkloadReader.read("{repeats: 3, seconds: 10}".getBytes(java.nio.charset.StandardCharsets.UTF_8));

    @Test
    void namesTheFasterAndTheQuickerLaneWithBands() {
        // given
        LaneResult log = lane(Side.LOG, new Band(200_000, 190_000, 210_000), new Band(8_000, 7_500, 8_500));
        LaneResult queue = lane(Side.QUEUE, new Band(100_000, 95_000, 105_000), new Band(4_000, 3_900, 4_100));

        // when
        Verdict verdict = Verdict.of(LONG, 50_000, log, queue);

        // then
        assertThat(verdict.headline())
                .isEqualTo(
                        "Log lane 2.00× (1.81–2.21) higher throughput; queue lane 2.00× (1.83–2.18) lower p99 latency at"
                                + " 50,000/s.");
        assertThat(verdict.quickLook()).isFalse();
    }

    @Test
    void seesNoDifferenceWhereBandsOverlap() {
        // given
        LaneResult log = lane(Side.LOG, new Band(120_000, 90_000, 150_000), new Band(5_000, 3_000, 9_000));
        LaneResult queue = lane(Side.QUEUE, new Band(80_000, 70_000, 95_000), new Band(6_000, 4_000, 7_000));

        // when
        Verdict verdict = Verdict.of(LONG, 10_000, log, queue);

        // then
        assertThat(verdict.headline())
                .isEqualTo("No difference in throughput; no difference in p99 latency at 10,000/s.");
    }

    @Test
    void asksForMoreDistanceAfterFewRounds() {
        // given
        LaneResult log = lane(Side.LOG, new Band(115, 114, 116), Band.NONE);
        LaneResult queue = lane(Side.QUEUE, new Band(100, 99, 101), Band.NONE);

        // then
        assertThat(Verdict.of(QUICK, 10, log, queue).headline()).isEqualTo("No difference in throughput.");
        assertThat(Verdict.of(QUICK, 10, log, queue).quickLook()).isTrue();
        assertThat(Verdict.of(LONG, 10, log, queue).headline()).startsWith("Log lane 1.15× (1.13–1.17)");
    }

    @Test
    void saysWhatWentWrongBeforeAnythingElse() {
        // given
        LaneResult log = lane(Side.LOG, Band.NONE, Band.NONE);
        var queue = new LaneResult(
                Side.QUEUE,
                Band.NONE,
                Percentiles.NONE,
                Percentiles.NONE,
                Band.NONE,
                100,
                98,
                0,
                2,
                1,
                0,
                Stock.UNKNOWN,
                Stock.UNKNOWN);

        // when
        Verdict verdict = Verdict.of(QUICK, 10, log, queue);

        // then
        assertThat(verdict.sentences().get(0))
                .isEqualTo("Queue lane: 2 acknowledged messages never arrived; queue lane: 1 messages arrived twice.");
        assertThat(verdict.headline()).isEqualTo("Nothing was measured.");
    }

    @Test
    void saysWhatRemainsInEachLaneAndWhatWasNotCompared() {
        // given
        Verdict verdict =
                Verdict.of(QUICK, 10, lane(Side.LOG, Band.NONE, Band.NONE), lane(Side.QUEUE, Band.NONE, Band.NONE));

        // then
        assertThat(verdict.sentences())
                .anySatisfy(sentence -> assertThat(sentence).contains("the log still holds 100 messages (1.0 MiB)"));
        assertThat(verdict.sentences()).last().asString().contains("not Kafka with RabbitMQ");
    }

    private static LaneResult lane(Side side, Band maximum, Band p99) {
        var stock = new Stock(1 << 20, side == Side.LOG ? 100 : 0);
        return new LaneResult(
                side, maximum, Percentiles.NONE, Percentiles.NONE, p99, 100, 100, 0, 0, 0, 0, stock, stock);
    }
}
