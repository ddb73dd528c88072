package dev.tandem.console.lab;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/** What one lane did in one round, written by its producers and consumers while it runs. */
final class RoundRecorder {
    private static final int DIGITS = 3;
    private static final double NANOS = 1e9;

    private final int round;
    private final Recorder ackLatency = new Recorder(DIGITS);
    private final Recorder endToEndLatency = new Recorder(DIGITS);
    private final Histogram ackTotal = new Histogram(DIGITS);
    private final Histogram endToEndTotal = new Histogram(DIGITS);
    private final LongAdder sent = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final AtomicLongArray acknowledged;
    private final LongAdder measuredAcks = new LongAdder();
    private final LongAdder measuredArrivals = new LongAdder();
    private final AtomicLong lastArrival = new AtomicLong();
    private final SequenceCheck sequences;
    private final long startNanos;
    private final long endNanos;

    private @Nullable Histogram ackInterval;
    private @Nullable Histogram endToEndInterval;

    /**
     * Makes a recorder.
     *
     * @param round number that its messages carry
     * @param endNanos when sending stops; {@link Long#MAX_VALUE} when a count ends it
     */
    RoundRecorder(int round, int producers, long startNanos, long endNanos) {
        this.round = round;
        this.acknowledged = new AtomicLongArray(producers);
        this.sequences = new SequenceCheck(producers);
        this.startNanos = startNanos;
        this.endNanos = endNanos;
    }

    int round() {
        return round;
    }

    SequenceCheck sequences() {
        return sequences;
    }

    void sent() {
        sent.increment();
    }

    void failed() {
        errors.increment();
    }

    void acknowledged(int producer, long intendedNanos, long nowNanos) {
        acknowledged.incrementAndGet(producer);
        ackLatency.recordValue(micros(nowNanos - intendedNanos));
        if (nowNanos <= endNanos) {
            measuredAcks.increment();
        }
    }

    /** A message reached a consumer; {@code reader} is its view of the source. */
    void arrived(SequenceCheck.Reader reader, Payload payload, long nowNanos) {
        if (!reader.arrived(payload.producer(), payload.sequence())) {
            return;
        }
        endToEndLatency.recordValue(micros(nowNanos - payload.intendedNanos()));
        lastArrival.accumulateAndGet(nowNanos, Math::max);
        if (nowNanos <= endNanos) {
            measuredArrivals.increment();
        }
    }

    long sentCount() {
        return sent.sum();
    }

    long errorCount() {
        return errors.sum();
    }

    long acknowledgedCount() {
        long sum = 0;
        for (int producer = 0; producer < acknowledged.length(); producer++) {
            sum += acknowledged.get(producer);
        }
        return sum;
    }

    long arrivedCount() {
        return sequences.unique();
    }

    long lost() {
        var counts = new long[acknowledged.length()];
        for (int producer = 0; producer < counts.length; producer++) {
            counts[producer] = acknowledged.get(producer);
        }
        return sequences.lost(counts);
    }

    /** Acknowledged messages a second while sending. */
    double publishedPerSecond() {
        return measuredAcks.sum() / measuredSeconds();
    }

    /** Received messages a second while sending. */
    double deliveredPerSecond() {
        return measuredArrivals.sum() / measuredSeconds();
    }

    /** A round by count lasts until its last message arrived. */
    private double measuredSeconds() {
        long end = endNanos == Long.MAX_VALUE ? lastArrival.get() : endNanos;
        return Math.max(1e-9, (end - startNanos) / NANOS);
    }

    /** Latencies since the last call; only one thread at a time. */
    synchronized Percentiles nextAckInterval() {
        ackInterval = ackLatency.getIntervalHistogram(ackInterval);
        ackTotal.add(ackInterval);
        return Percentiles.of(ackInterval);
    }

    /** Latencies since the last call; only one thread at a time. */
    synchronized Percentiles nextEndToEndInterval() {
        endToEndInterval = endToEndLatency.getIntervalHistogram(endToEndInterval);
        endToEndTotal.add(endToEndInterval);
        return Percentiles.of(endToEndInterval);
    }

    /** All publish-to-acknowledgement latencies of the round. */
    synchronized Histogram ackLatencies() {
        nextAckInterval();
        return ackTotal.copy();
    }

    /** All publish-to-consumer latencies of the round. */
    synchronized Histogram endToEndLatencies() {
        nextEndToEndInterval();
        return endToEndTotal.copy();
    }

    private static long micros(long nanos) {
        return Math.max(0, nanos / 1_000);
    }
}
