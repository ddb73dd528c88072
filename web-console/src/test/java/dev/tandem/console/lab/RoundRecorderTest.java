package dev.tandem.console.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoundRecorderTest {
    private static final long START = 1_000_000_000L;
    private static final long SECOND = 1_000_000_000L;

    @Test
    void measuresLatencyFromTheIntendedSendTime() {
        // given: a message that was to leave at 0 ms, left late, and was acknowledged at 30 ms
        var recorder = new RoundRecorder(1, 1, START, START + SECOND);

        // when
        recorder.acknowledged(0, START, START + 30_000_000);

        // then
        assertThat(recorder.ackLatencies().getMaxValue()).isBetween(30_000L, 30_100L);
    }

    @Test
    void countsThroughputOnlyWhileSending() {
        // given
        var recorder = new RoundRecorder(1, 1, START, START + 2 * SECOND);
        var reader = recorder.sequences().new Reader();

        // when
        for (int sequence = 0; sequence < 100; sequence++) {
            recorder.acknowledged(0, START, START + SECOND);
            recorder.arrived(reader, new Payload(1, 0, sequence, START), START + (sequence < 60 ? 1 : 3) * SECOND);
        }

        // then
        assertThat(recorder.publishedPerSecond()).isEqualTo(50);
        assertThat(recorder.deliveredPerSecond()).isEqualTo(30);
        assertThat(recorder.arrivedCount()).isEqualTo(100);
    }

    @Test
    void countsARoundByCountUntilItsLastArrival() {
        // given
        var recorder = new RoundRecorder(1, 1, START, Long.MAX_VALUE);
        var reader = recorder.sequences().new Reader();

        // when
        for (int sequence = 0; sequence < 40; sequence++) {
            recorder.arrived(reader, new Payload(1, 0, sequence, START), START + 4 * SECOND);
        }

        // then
        assertThat(recorder.deliveredPerSecond()).isEqualTo(10);
    }

    @Test
    void countsWhatWasLostDuplicatedOrOutOfOrder() {
        // given
        var recorder = new RoundRecorder(1, 2, START, START + SECOND);
        var reader = recorder.sequences().new Reader();
        for (int sequence = 0; sequence < 5; sequence++) {
            recorder.acknowledged(0, START, START + 1);
            recorder.acknowledged(1, START, START + 1);
        }

        // when: producer 0 sends 0 1 3 2 2, producer 1 loses its last two
        for (long sequence : new long[] {0, 1, 3, 2, 2}) {
            recorder.arrived(reader, new Payload(1, 0, sequence, START), START + 2);
        }
        for (long sequence : new long[] {0, 1, 2}) {
            recorder.arrived(reader, new Payload(1, 1, sequence, START), START + 2);
        }

        // then
        assertThat(recorder.arrivedCount()).isEqualTo(7);
        assertThat(recorder.sequences().duplicated()).isEqualTo(1);
        assertThat(recorder.sequences().outOfOrder()).isEqualTo(2);
        assertThat(recorder.lost()).isEqualTo(3);
    }

    @Test
    void givesEachIntervalOnceAndTheWholeAtTheEnd() {
        // given
        var recorder = new RoundRecorder(1, 1, START, START + SECOND);

        // when
        recorder.acknowledged(0, START, START + 1_000_000);
        Percentiles first = recorder.nextAckInterval();
        recorder.acknowledged(0, START, START + 2_000_000);
        Percentiles second = recorder.nextAckInterval();

        // then
        assertThat(first.count()).isEqualTo(1);
        assertThat(second.count()).isEqualTo(1);
        assertThat(recorder.ackLatencies().getTotalCount()).isEqualTo(2);
    }
}
