package dev.tandem.console.live;

import static dev.tandem.console.live.Rates.perSecond;

import dev.tandem.amqp.admin.AmqpAdmin;
import dev.tandem.kafka.admin.KafkaAdmin;
import dev.tandem.storage.StorageMetrics;
import dev.tandem.storage.alarm.StorageAlarm;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at both modes and the engine once a second and keeps the last minutes. */
public final class Sampler {
    private static final Logger LOGGER = LoggerFactory.getLogger(Sampler.class);
    private static final long PERIOD_MILLIS = 1_000;
    private static final int HISTORY = 300;
    private static final long GROUPS_TIMEOUT_SECONDS = 2;

    private final Vertx vertx;
    private final WorkerExecutor workers;
    private final KafkaAdmin kafka;
    private final AmqpAdmin amqp;
    private final Supplier<StorageMetrics> storage;
    private final Supplier<Optional<StorageAlarm>> alarm;
    private final InstantSource clock;
    private final List<Consumer<Sample>> listeners = new CopyOnWriteArrayList<>();
    private final ArrayDeque<Sample> history = new ArrayDeque<>();
    private volatile @Nullable Observation last;
    private volatile Rates rates = Rates.NONE;
    private volatile boolean stopped;

    /** Makes a sampler that is not started yet. */
    public Sampler(
            Vertx vertx,
            WorkerExecutor workers,
            KafkaAdmin kafka,
            AmqpAdmin amqp,
            Supplier<StorageMetrics> storage,
            Supplier<Optional<StorageAlarm>> alarm,
            InstantSource clock) {
        this.vertx = vertx;
        this.workers = workers;
        this.kafka = kafka;
        this.amqp = amqp;
        this.storage = storage;
        this.alarm = alarm;
        this.clock = clock;
    }

    /** Takes the first sample at once. */
    public void start() {
        tick();
    }

    /** Takes no more samples. */
    public void stop() {
        stopped = true;
    }

    /** Hears every sample on a worker thread. */
    public void addListener(Consumer<Sample> listener) {
        listeners.add(listener);
    }

    /** Rates of single topics and queues as of the last sample. */
    public Rates rates() {
        return rates;
    }

    /** The last minutes, oldest first. */
    public List<Sample> history() {
        synchronized (history) {
            return new ArrayList<>(history);
        }
    }

    /** What both modes and the engine answer now; blocks for the groups, so for worker threads only. */
    public Observation observe() {
        return new Observation(
                System.nanoTime(),
                kafka.topics(),
                groups(),
                kafka.counters(),
                kafka.connections().size(),
                amqp.queues(),
                amqp.exchanges().size(),
                amqp.counters(),
                amqp.connections(),
                storage.get());
    }

    private void tick() {
        workers.executeBlocking(
                        () -> {
                            sample();
                            return null;
                        },
                        false)
                .onComplete(done -> {
                    if (done.failed() && !stopped) {
                        LOGGER.warn("could not take a sample for the console", done.cause());
                    }
                    if (!stopped) {
                        // Counted from the end of the last one: samples never pile up.
                        vertx.setTimer(PERIOD_MILLIS, timer -> tick());
                    }
                });
    }

    private void sample() {
        if (stopped) {
            return;
        }
        Observation now = observe();
        Observation before = last;
        last = now;
        rates = before == null ? Rates.NONE : Rates.between(before, now);
        Sample sample = sample(before == null ? now : before, now, clock.millis());
        synchronized (history) {
            history.addLast(sample);
            if (history.size() > HISTORY) {
                history.removeFirst();
            }
        }
        listeners.forEach(listener -> listener.accept(sample));
    }

    /** A coordinator that does not answer leaves the groups as they were. */
    private List<KafkaAdmin.GroupView> groups() {
        try {
            return kafka.groups().get(GROUPS_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOGGER.debug("no answer about groups", e);
        }
        Observation before = last;
        return before == null ? List.of() : before.groups();
    }

    Sample sample(Observation before, Observation now, long at) {
        double seconds = (now.nanos() - before.nanos()) / 1e9;
        return new Sample(
                at, logSide(before, now, seconds), queueSide(before, now, seconds), storage(before, now, seconds));
    }

    private static Sample.LogSide logSide(Observation before, Observation now, double seconds) {
        KafkaAdmin.Counters was = before.kafka();
        KafkaAdmin.Counters is = now.kafka();
        return new Sample.LogSide(
                perSecond(was.recordsProduced(), is.recordsProduced(), seconds),
                perSecond(was.recordsFetched(), is.recordsFetched(), seconds),
                perSecond(was.bytesProduced(), is.bytesProduced(), seconds),
                perSecond(was.bytesFetched(), is.bytesFetched(), seconds),
                perSecond(was.requests(), is.requests(), seconds),
                now.topics().size(),
                now.topics().stream()
                        .mapToLong(topic -> topic.partitions().size())
                        .sum(),
                now.topics().stream().mapToLong(Observation::records).sum(),
                now.topics().stream().mapToLong(Observation::storedBytes).sum(),
                now.groups().size(),
                now.groups().stream().mapToLong(Observation::lag).sum(),
                now.kafkaConnections());
    }

    private static Sample.QueueSide queueSide(Observation before, Observation now, double seconds) {
        AmqpAdmin.Counters was = before.amqp();
        AmqpAdmin.Counters is = now.amqp();
        return new Sample.QueueSide(
                perSecond(was.published(), is.published(), seconds),
                perSecond(Observation.delivered(was), Observation.delivered(is), seconds),
                perSecond(was.acknowledged(), is.acknowledged(), seconds),
                perSecond(was.confirmed(), is.confirmed(), seconds),
                perSecond(was.redelivered(), is.redelivered(), seconds),
                now.queues().size(),
                now.exchanges(),
                now.queues().stream().mapToLong(AmqpAdmin.QueueView::ready).sum(),
                now.queues().stream().mapToLong(AmqpAdmin.QueueView::unacked).sum(),
                now.queues().stream().mapToLong(AmqpAdmin.QueueView::consumers).sum(),
                now.queues().stream()
                        .mapToLong(AmqpAdmin.QueueView::storedBytes)
                        .sum(),
                now.amqpConnections().size(),
                now.amqpConnections().stream()
                        .mapToLong(AmqpAdmin.ConnectionView::channels)
                        .sum(),
                is.returned(),
                is.unroutableDropped());
    }

    private Sample.Storage storage(Observation before, Observation now, double seconds) {
        StorageMetrics was = before.storage();
        StorageMetrics is = now.storage();
        var syncs = is.syncMicros().since(was.syncMicros());
        long hits = is.tailCacheHits() - was.tailCacheHits();
        long reads = hits + is.tailCacheMisses() - was.tailCacheMisses();
        return new Sample.Storage(
                perSecond(was.commits(), is.commits(), seconds),
                perSecond(was.commitGroups(), is.commitGroups(), seconds),
                is.groupCommits().since(was.groupCommits()).mean(),
                perSecond(was.syncs(), is.syncs(), seconds),
                perSecond(was.bytesWritten(), is.bytesWritten(), seconds),
                syncs.quantile(0.50),
                syncs.quantile(0.99),
                reads <= 0 ? 1 : (double) hits / reads,
                is.inFlightBytes(),
                is.database().liveDataBytes(),
                is.diskBytes(),
                is.diskFreeBytes(),
                alarm.get().map(StorageAlarm::reason).orElse(""));
    }
}
