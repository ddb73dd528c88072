package dev.tandem.console.lab;

import dev.tandem.amqp.admin.AmqpAdmin;
import dev.tandem.console.BrokerInfo;
import dev.tandem.console.ConsoleConfig;
import dev.tandem.kafka.admin.KafkaAdmin;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one comparison at a time against this broker, with clients inside its process. */
public final class Lab {
    private static final Logger LOGGER = LoggerFactory.getLogger(Lab.class);
    private static final int MAX_SAMPLES = 20_000;

    private final KafkaAdmin kafka;
    private final AmqpAdmin amqp;
    private final BrokerInfo broker;
    private final ConsoleConfig config;
    private final List<LabSample> samples = new ArrayList<>();
    private final List<RoundResult> rounds = new ArrayList<>();
    private volatile Consumer<Event> events = event -> {};
    private LabState.Status status = LabState.Status.IDLE;
    private String id = "";
    private String step = "";
    private double progress;
    private @Nullable Workload workload;
    private @Nullable ComparisonResult result;
    private @Nullable Comparison running;

    /** What a page is told: a new state, or one sample. */
    public record Event(@Nullable LabState state, @Nullable LabSample sample) {}

    /** A lab that has run nothing yet. */
    public Lab(KafkaAdmin kafka, AmqpAdmin amqp, BrokerInfo broker, ConsoleConfig config) {
        this.kafka = kafka;
        this.amqp = amqp;
        this.broker = broker;
        this.config = config;
    }

    /** Sends events to one place, from threads of the run. */
    public void onEvent(Consumer<Event> listener) {
        events = listener;
    }

    /**
     * Begins a run.
     *
     * @throws IllegalArgumentException when the workload is past a limit
     * @throws IllegalStateException when one is running
     */
    public synchronized LabState start(Workload newWorkload) {
        newWorkload.checkBounds(config.labMaxDuration(), config.labMaxBytes());
        if (running != null) {
            throw new IllegalStateException("a comparison is running; stop it first");
        }
        samples.clear();
        rounds.clear();
        result = null;
        workload = newWorkload;
        id = LabNames.newId();
        status = LabState.Status.RUNNING;
        step = "starting";
        progress = 0;
        var comparison = new Comparison(
                newWorkload,
                id,
                broker.labAddresses().get(),
                durability(),
                new AdminProbe(kafka, amqp),
                config.labMaxBytes(),
                new Progress());
        running = comparison;
        LabThreads.named("lab-run").newThread(() -> run(comparison)).start();
        return state();
    }

    /** Asks the running comparison to end; false when there is none. */
    public synchronized boolean stop() {
        Comparison now = running;
        if (now == null) {
            return false;
        }
        now.abort();
        return true;
    }

    /** Everything about the run that runs, or ran last. */
    public synchronized LabState state() {
        return new LabState(
                status, id, workload, step, progress, durability(), List.copyOf(samples), List.copyOf(rounds), result);
    }

    private String durability() {
        return broker.storage().sync().name().toLowerCase(Locale.ROOT);
    }

    private void run(Comparison comparison) {
        try {
            removeLeftovers();
            ComparisonResult finished = comparison.run();
            finish(LabState.Status.DONE, "done", finished);
        } catch (CancellationException e) {
            finish(LabState.Status.STOPPED, "stopped", null);
        } catch (Exception e) {
            LOGGER.warn("a comparison failed", e);
            finish(LabState.Status.FAILED, reason(e), null);
        }
    }

    /** What a run left that was killed together with its broker. */
    private void removeLeftovers() {
        kafka.topics().stream()
                .map(KafkaAdmin.TopicView::name)
                .filter(LabNames::isLabName)
                .forEach(kafka::deleteTopic);
        amqp.queues().stream()
                .filter(queue -> LabNames.isLabName(queue.name()))
                .forEach(queue -> amqp.deleteQueue(queue.vhost(), queue.name()));
    }

    private void finish(LabState.Status newStatus, String newStep, @Nullable ComparisonResult newResult) {
        LabState state;
        synchronized (this) {
            status = newStatus;
            step = newStep;
            progress = 1;
            result = newResult;
            running = null;
            state = state();
        }
        events.accept(new Event(state.withoutSamples(), null));
    }

    static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof java.util.concurrent.ExecutionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    private final class Progress implements Comparison.Listener {
        @Override
        public void step(String newStep, double newProgress) {
            LabState state;
            synchronized (Lab.this) {
                step = newStep;
                progress = newProgress;
                state = state();
            }
            events.accept(new Event(state.withoutSamples(), null));
        }

        @Override
        public void sample(LabSample sample) {
            synchronized (Lab.this) {
                if (samples.size() < MAX_SAMPLES) {
                    samples.add(sample);
                }
            }
            events.accept(new Event(null, sample));
        }

        @Override
        public void round(RoundResult round) {
            synchronized (Lab.this) {
                rounds.add(round);
            }
        }
    }
}
