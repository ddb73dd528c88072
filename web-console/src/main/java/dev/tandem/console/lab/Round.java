package dev.tandem.console.lab;

import java.util.ArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/** One lane at work: producers send, live figures are taken, then everything is acknowledged and drained. */
final class Round {
    private static final long SAMPLE_MILLIS = 250;
    private static final int SAMPLES_BETWEEN_PROBES = 2;
    private static final long START_DELAY_NANOS = 2_000_000;
    private static final long WARM_UP_NANOS = 700_000_000;
    private static final long NO_PROGRESS_NANOS = 10_000_000_000L;
    private static final long PERMIT_MILLIS = 50;
    private static final long LOOK_NANOS = 1_000_000;
    private static final long STOCK_NANOS = 2_000_000_000L;

    private final Lane lane;
    private final Workload workload;
    private final Phase phase;
    private final int repeat;
    private final long rate;
    private final Limits limits;
    private final Stock.Probe probe;
    private final long began;
    private final long startNanos;
    private final long endNanos;
    private final RoundRecorder recorder;

    Round(
            Lane lane,
            Workload workload,
            Phase phase,
            int repeat,
            int number,
            long rate,
            Limits limits,
            Stock.Probe probe,
            long began) {
        this.lane = lane;
        this.workload = workload;
        this.phase = phase;
        this.repeat = repeat;
        this.rate = rate;
        this.limits = limits;
        this.probe = probe;
        this.began = began;
        this.startNanos = System.nanoTime() + START_DELAY_NANOS;
        this.endNanos = byCount() ? Long.MAX_VALUE : startNanos + durationNanos();
        this.recorder = new RoundRecorder(number, workload.producers(), startNanos, endNanos);
    }

    private boolean byCount() {
        return phase != Phase.WARM_UP && workload.messages() > 0;
    }

    private long durationNanos() {
        return phase == Phase.WARM_UP ? WARM_UP_NANOS : (long) (workload.seconds() * 1e9);
    }

    RoundResult run(ExecutorService threads, Consumer<LabSample> onSample) throws Exception {
        lane.record(recorder);
        var sampler = Executors.newSingleThreadScheduledExecutor(LabThreads.named("lab-samples"));
        try {
            var sampling = new Sampling(onSample);
            sampler.scheduleWithFixedDelay(sampling, SAMPLE_MILLIS, SAMPLE_MILLIS, TimeUnit.MILLISECONDS);
            send(threads);
            awaitProgress(() -> recorder.acknowledgedCount() + recorder.errorCount(), recorder::sentCount);
            Stock afterPublish = probe.of(lane.side(), lane.name());
            awaitProgress(recorder::arrivedCount, recorder::acknowledgedCount);
            lane.settle();
            return result(afterPublish, drainedStock());
        } finally {
            sampler.shutdownNow();
        }
    }

    Histogram ackLatencies() {
        return recorder.ackLatencies();
    }

    Histogram endToEndLatencies() {
        return recorder.endToEndLatencies();
    }

    private void send(ExecutorService threads) throws Exception {
        var sending = new ArrayList<Future<?>>();
        for (int producer = 0; producer < workload.producers(); producer++) {
            int number = producer;
            Lane.Publisher publisher = lane.publisher(number);
            sending.add(threads.submit(() -> {
                send(number, publisher);
                return null;
            }));
        }
        for (Future<?> producer : sending) {
            producer.get();
        }
    }

    private void send(int producer, Lane.Publisher publisher) throws Exception {
        byte[] filling = Payload.filling(workload.messageSize(), producer);
        var schedule = Schedule.of(startNanos, rate, producer, workload.producers());
        var permits = new Semaphore(workload.inFlight());
        long count = messagesOf(producer);
        for (long sequence = 0; sequence < count; sequence++) {
            if (schedule.isPaced()) {
                long intended = schedule.intendedNanos(sequence);
                if (intended > endNanos) {
                    return;
                }
                parkUntil(intended);
            }
            if (!acquire(permits) || isOver(schedule) || !limits.take(filling.length)) {
                return;
            }
            long intended = schedule.isPaced() ? schedule.intendedNanos(sequence) : System.nanoTime();
            byte[] body = new Payload(recorder.round(), producer, sequence, intended).body(filling);
            recorder.sent();
            publisher.publish(body, sequence, acknowledged -> {
                if (acknowledged) {
                    recorder.acknowledged(producer, intended, System.nanoTime());
                } else {
                    recorder.failed();
                }
                permits.release();
            });
        }
    }

    private long messagesOf(int producer) {
        if (!byCount()) {
            return Integer.MAX_VALUE;
        }
        long share = workload.messages() / workload.producers();
        return share + (producer < workload.messages() % workload.producers() ? 1 : 0);
    }

    /** A paced producer that fell behind sends what it owes, for as long again as the round was to last. */
    private boolean isOver(Schedule schedule) {
        if (endNanos == Long.MAX_VALUE) {
            return false;
        }
        return System.nanoTime() >= (schedule.isPaced() ? endNanos + durationNanos() : endNanos);
    }

    private boolean acquire(Semaphore permits) throws InterruptedException {
        long since = System.nanoTime();
        while (!permits.tryAcquire(PERMIT_MILLIS, TimeUnit.MILLISECONDS)) {
            if (limits.aborted()) {
                return false;
            }
            if (System.nanoTime() - since > NO_PROGRESS_NANOS) {
                throw new IllegalStateException(lane.side().label() + ": the broker acknowledged nothing for 10 s with "
                        + workload.inFlight() + " messages in flight");
            }
        }
        return true;
    }

    private static void parkUntil(long nanos) {
        long left = nanos - System.nanoTime();
        while (left > 0) {
            LockSupport.parkNanos(left);
            left = nanos - System.nanoTime();
        }
    }

    /** Until one count has reached the other, or stands still for too long. */
    private void awaitProgress(LongSupplier count, LongSupplier goal) {
        long best = count.getAsLong();
        long since = System.nanoTime();
        while (count.getAsLong() < goal.getAsLong() && !limits.aborted()) {
            long now = count.getAsLong();
            if (now > best) {
                best = now;
                since = System.nanoTime();
            } else if (System.nanoTime() - since > NO_PROGRESS_NANOS) {
                return;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** Acknowledgements travel to the broker without an answer; a queue that is still not empty is given a moment. */
    private Stock drainedStock() {
        long since = System.nanoTime();
        Stock stock = probe.of(lane.side(), lane.name());
        while (lane.side() == Side.QUEUE
                && stock.messages() > 0
                && !limits.aborted()
                && System.nanoTime() - since < STOCK_NANOS) {
            LockSupport.parkNanos(20 * LOOK_NANOS);
            stock = probe.of(lane.side(), lane.name());
        }
        return stock;
    }

    private RoundResult result(Stock afterPublish, Stock afterDrain) {
        return new RoundResult(
                lane.side(),
                phase,
                repeat,
                rate,
                recorder.sentCount(),
                recorder.acknowledgedCount(),
                recorder.arrivedCount(),
                recorder.errorCount(),
                limits.aborted() ? 0 : recorder.lost(),
                recorder.sequences().duplicated(),
                recorder.sequences().outOfOrder(),
                recorder.publishedPerSecond(),
                recorder.deliveredPerSecond(),
                Percentiles.of(recorder.ackLatencies()),
                Percentiles.of(recorder.endToEndLatencies()),
                afterPublish,
                afterDrain);
    }

    /** Takes live figures, on one thread. */
    private final class Sampling implements Runnable {
        private final Consumer<LabSample> onSample;
        private long lastNanos = startNanos;
        private long lastAcknowledged;
        private long lastArrived;
        private long storedBytes = -1;
        private int samples;

        Sampling(Consumer<LabSample> onSample) {
            this.onSample = onSample;
        }

        @Override
        public void run() {
            long now = System.nanoTime();
            long acknowledged = recorder.acknowledgedCount();
            long arrived = recorder.arrivedCount();
            double seconds = Math.max(1e-3, (now - lastNanos) / 1e9);
            if (samples++ % SAMPLES_BETWEEN_PROBES == 0) {
                storedBytes = probe.of(lane.side(), lane.name()).bytes();
            }
            onSample.accept(new LabSample(
                    lane.side(),
                    phase,
                    repeat,
                    (now - began) / 1_000_000,
                    (acknowledged - lastAcknowledged) / seconds,
                    (arrived - lastArrived) / seconds,
                    recorder.nextAckInterval(),
                    recorder.nextEndToEndInterval(),
                    Math.max(0, acknowledged - arrived),
                    storedBytes));
            lastNanos = now;
            lastAcknowledged = acknowledged;
            lastArrived = arrived;
        }
    }
}
