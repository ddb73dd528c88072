package dev.tandem.console.lab;

import dev.tandem.console.BrokerAddresses;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/** One run: opens both lanes, takes them through warm-up, maximum and rate, and sums up. */
public final class Comparison {

    /** Hears how a run goes, on threads of the run. */
    public interface Listener {
        /** What happens now, and how much of the whole is done. */
        void step(String step, double progress);

        /** Figures of a running round. */
        void sample(LabSample sample);

        /** A round is over. */
        void round(RoundResult round);
    }

    private static final int MIN_WARM_UPS = 2;
    private static final int MAX_WARM_UPS = 5;
    private static final double STILL_FASTER = 1.15;

    private final Workload workload;
    private final String durability;
    private final Stock.Probe probe;
    private final Listener listener;
    private final Limits limits;
    private final List<Lane> lanes;
    private final List<RoundResult> rounds = new ArrayList<>();
    private final Map<Side, Histogram> ackLatencies = new EnumMap<>(Side.class);
    private final Map<Side, Histogram> endToEndLatencies = new EnumMap<>(Side.class);
    private final long began = System.nanoTime();
    private int steps;
    private int roundNumber;

    /**
     * Makes a run that has not begun.
     *
     * @param id part of the names of its topic and queue
     * @param durability for the result
     * @param maxBytes most bytes of messages of the whole run
     */
    public Comparison(
            Workload workload,
            String id,
            BrokerAddresses addresses,
            String durability,
            Stock.Probe probe,
            long maxBytes,
            Listener listener) {
        this.workload = workload;
        this.durability = durability;
        this.probe = probe;
        this.listener = listener;
        this.limits = new Limits(maxBytes);
        this.lanes = List.of(
                new LogLane(addresses.kafkaBootstrap(), LabNames.name(id, Side.LOG), workload),
                new QueueLane(addresses.amqpUri(), LabNames.name(id, Side.QUEUE), workload));
    }

    /** Ends the run soon; {@link #run} then throws {@link CancellationException} after it has cleaned up. */
    public void abort() {
        limits.abort();
    }

    /** Runs to the end, on the calling thread. */
    public ComparisonResult run() throws Exception {
        String startedAt = Instant.now().toString();
        ExecutorService threads = Executors.newCachedThreadPool(LabThreads.named("lab"));
        try {
            step("connecting both lanes");
            for (Lane lane : lanes) {
                lane.open();
                limits.checkAborted();
            }
            warmUp(threads);
            long commonRate = workload.rate();
            if (commonRate == 0) {
                runPhase(threads, Phase.MAXIMUM, workload.repeats(), 0);
                commonRate = halfTheSlowerMaximum();
            }
            runPhase(threads, Phase.RATE, workload.repeats(), commonRate);
            return result(startedAt, commonRate);
        } finally {
            listener.step("removing the topic and the queue", 1);
            lanes.forEach(Lane::close);
            threads.shutdownNow();
        }
    }

    /** The queue lane first: meanwhile the log lane's group forms. */
    private void warmUp(ExecutorService threads) throws Exception {
        warmUp(threads, lanes.get(1));
        step("waiting for the consumer group");
        lanes.get(0).awaitReady();
        warmUp(threads, lanes.get(0));
    }

    /** Until the lane stops getting faster: clients and broker run on code that is still being compiled. */
    private void warmUp(ExecutorService threads, Lane lane) throws Exception {
        double best = 0;
        for (int repeat = 1; repeat <= MAX_WARM_UPS; repeat++) {
            limits.checkAborted();
            double perSecond = runRound(threads, lane, Phase.WARM_UP, repeat, 0).deliveredPerSecond();
            if (repeat >= MIN_WARM_UPS && perSecond < best * STILL_FASTER) {
                return;
            }
            best = Math.max(best, perSecond);
        }
    }

    private void runPhase(ExecutorService threads, Phase phase, int repeats, long rate) throws Exception {
        for (int repeat = 1; repeat <= repeats; repeat++) {
            limits.checkAborted();
            if (workload.order() == Workload.Order.TOGETHER) {
                runTogether(threads, phase, repeat, rate);
                continue;
            }
            // Who goes first changes from round to round.
            boolean logFirst = repeat % 2 == 1;
            runRound(threads, lanes.get(logFirst ? 0 : 1), phase, repeat, rate);
            limits.checkAborted();
            runRound(threads, lanes.get(logFirst ? 1 : 0), phase, repeat, rate);
        }
    }

    private void runTogether(ExecutorService threads, Phase phase, int repeat, long rate) throws Exception {
        var running = new ArrayList<Future<?>>();
        for (Lane lane : lanes) {
            running.add(threads.submit(() -> {
                runRound(threads, lane, phase, repeat, rate);
                return null;
            }));
        }
        for (Future<?> lane : running) {
            lane.get();
        }
    }

    private RoundResult runRound(ExecutorService threads, Lane lane, Phase phase, int repeat, long rate)
            throws Exception {
        if (phase != Phase.WARM_UP || repeat == 1) {
            step(stepText(lane, phase, repeat));
        }
        int number;
        synchronized (this) {
            number = ++roundNumber;
        }
        var round = new Round(lane, workload, phase, repeat, number, rate, limits, probe, began);
        RoundResult result = round.run(threads, listener::sample);
        synchronized (this) {
            rounds.add(result);
            if (phase == Phase.RATE) {
                histogram(ackLatencies, lane.side()).add(round.ackLatencies());
                histogram(endToEndLatencies, lane.side()).add(round.endToEndLatencies());
            }
        }
        listener.round(result);
        return result;
    }

    private long halfTheSlowerMaximum() {
        double slower = Double.MAX_VALUE;
        for (Side side : Side.values()) {
            Band band = Band.of(rounds.stream()
                    .filter(round -> round.side() == side && round.phase() == Phase.MAXIMUM)
                    .map(RoundResult::deliveredPerSecond)
                    .toList());
            slower = Math.min(slower, band.median());
        }
        return Math.max(1, roundDown((long) (slower / 2)));
    }

    /** To two digits: a rate that people can say and type. */
    private static long roundDown(long rate) {
        long unit = 1;
        while (rate / unit >= 100) {
            unit *= 10;
        }
        return rate / unit * unit;
    }

    private synchronized ComparisonResult result(String startedAt, long commonRate) {
        LaneResult log = lane(Side.LOG);
        LaneResult queue = lane(Side.QUEUE);
        return new ComparisonResult(
                workload,
                durability,
                startedAt,
                (System.nanoTime() - began) / 1e9,
                commonRate,
                limits.reached(),
                environment(),
                log,
                queue,
                Verdict.of(workload, commonRate, log, queue),
                List.copyOf(rounds));
    }

    private LaneResult lane(Side side) {
        return LaneResult.of(
                side,
                rounds.stream().filter(round -> round.side() == side).toList(),
                histogram(ackLatencies, side),
                histogram(endToEndLatencies, side));
    }

    private void step(String text) {
        int phases = workload.rate() == 0 ? 2 : 1;
        double all = 2 + 2.0 + 2.0 * phases * workload.repeats();
        int done;
        synchronized (this) {
            done = steps++;
        }
        listener.step(text, Math.min(1, done / all));
    }

    private String stepText(Lane lane, Phase phase, int repeat) {
        String what =
                switch (phase) {
                    case WARM_UP -> "warm-up";
                    case MAXIMUM -> "full speed";
                    case RATE -> "equal rate";
                };
        String of = phase == Phase.WARM_UP ? "" : ", round " + repeat + " of " + workload.repeats();
        return lane.side().label() + ": " + what + of;
    }

    private static Histogram histogram(Map<Side, Histogram> histograms, Side side) {
        return histograms.computeIfAbsent(side, first -> new Histogram(3));
    }

    private static String environment() {
        return String.format(
                Locale.ROOT,
                "Java %s, %s %s, %d processors",
                Runtime.version(),
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors());
    }
}
