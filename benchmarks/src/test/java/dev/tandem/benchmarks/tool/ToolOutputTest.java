package dev.tandem.benchmarks.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The lines that the tools print, as their releases named in {@code benchmarks/peers} print them. */
class ToolOutputTest {

    @Test
    void readsTheSteadyStateOfTheProducerAndNotTheWholeRun() {
        // when
        var result = ProducerPerformance.parse("""
                110000 records sent, 9983.66 records/sec (9.75 MB/sec), 3.74 ms avg latency, 315.00 ms max latency, \
                1 ms 50th, 10 ms 95th, 83 ms 99th, 101 ms 99.9th.
                60000 steady state records sent, 9953.55 records/sec (9.72 MB/sec), 0.75 ms avg latency, \
                12.00 ms max latency, 1 ms 50th, 3 ms 95th, 6 ms 99th, 9 ms 99.9th.
                """);

        // then
        assertThat(result).isEqualTo(new ProducerPerformance.Result(9953.55, 0.75, 1, 6));
    }

    @Test
    void readsTheRateOfTheConsumerWithoutTheTimeItsGroupTook() {
        // when
        double rate = ConsumerPerformance.parse("""
                WARNING: something
                2026-11-23 16:41:52:582, 2026-11-23 16:41:57:180, 190.7349, 41.4821, 2000000, 434971.7268, 3364, 1234, \
                154.5663, 1620745.5429
                """);

        // then
        assertThat(rate).isEqualTo(1620745.5429);
    }

    @Test
    void readsTheIntervalsOfPerfTestAfterItsWarmUp() {
        // when
        var result = PerfTest.parse("""
                id: t, time 1.001 s, sent: 117 msg/s, confirmed: 116 msg/s, nacked: 0 msg/s, received: 100 msg/s, \
                min/median/75th/95th/99th consumer latency: 247/624/844/1520/3965 µs, confirm latency: 473/876/1154/1754/3589 µs
                id: t, time 2.000 s, sent: 1171 msg/s, confirmed: 1171 msg/s, nacked: 0 msg/s, received: 1000 msg/s, \
                min/median/75th/95th/99th consumer latency: 184/382/444/803/2454 µs, confirm latency: 288/698/787/1601/4375 µs
                id: t, time 3.000 s, sent: 1249 msg/s, confirmed: 1249 msg/s, nacked: 0 msg/s, received: 2000 msg/s, \
                min/median/75th/95th/99th consumer latency: 156/382/405/489/2454 µs, confirm latency: 275/698/745/865/4375 µs
                test stopped (Reached time limit)
                id: t, sending rate avg: 1220 msg/s
                id: t, receiving rate avg: 1220 msg/s
                """, 3, 1);

        // then
        assertThat(result)
                .isEqualTo(new PerfTest.Result(
                        1500, 3660, new PerfTest.Latency(0.382, 2.454), new PerfTest.Latency(0.698, 4.375)));
    }

    @Test
    void readsPerfTestWithoutConfirms() {
        // when
        var result = PerfTest.parse("""
                id: t, time 1.000 s, sent: 10 msg/s, received: 20 msg/s, \
                min/median/75th/95th/99th consumer latency: 1/1000/3/4/5000 µs
                id: t, sending rate avg: 10 msg/s
                """, 1, 0);

        // then
        assertThat(result.receivedPerSecond()).isCloseTo(20, Offset.offset(0.0));
        assertThat(result.consumer()).isEqualTo(new PerfTest.Latency(1, 5));
        assertThat(result.confirm().p50Millis()).isNaN();
    }

    @Test
    void refusesOutputWithoutResult() {
        assertThatThrownBy(() -> ProducerPerformance.parse("org.apache.kafka.common.errors.TimeoutException"))
                .hasMessageContaining("TimeoutException");
        assertThatThrownBy(() -> ConsumerPerformance.parse("nothing")).hasMessageContaining("nothing");
        assertThatThrownBy(() -> PerfTest.parse("Connection refused", 1, 0)).hasMessageContaining("Connection refused");
    }
}
