package dev.tandem.it.durability;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.MessageProperties;
import com.rabbitmq.client.ShutdownSignalException;
import dev.tandem.it.fixture.AmqpFixture;
import dev.tandem.it.fixture.Names;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * One publisher of persistent messages with confirms and one consumer with acknowledgements on a durable queue, on new
 * connections after each kill.
 *
 * <p>Numbers count up, one publisher, one consumer: so a session of the consumer must see them in ascending order.
 */
final class AmqpTraffic {
    private static final String KEY = "crash";
    private static final int UNCONFIRMED = 200;
    private static final int BACKLOG = 20_000;
    private static final int PREFETCH = 100;
    private static final long POLL_MILLIS = 50;
    private static final int SETTLE_EVERY = 200;
    private static final Duration LIMIT = Duration.ofSeconds(120);

    private final AmqpFixture amqp;
    private final Findings findings;
    private final Random random;
    private final String exchange = Names.unique("crash-exchange");
    private final String queue = Names.unique("crash-queue");
    private final String markers = Names.unique("crash-markers");
    private final ConcurrentSkipListSet<Long> confirmed = new ConcurrentSkipListSet<>();
    private final BitSet delivered = new BitSet();
    private final BitSet settled = new BitSet();
    private final AtomicLong published = new AtomicLong();
    private volatile boolean publishing;
    private volatile boolean consuming;

    AmqpTraffic(AmqpFixture amqp, Findings findings, long seed) throws IOException, TimeoutException {
        this.amqp = amqp;
        this.findings = findings;
        this.random = new Random(seed);
        try (var connection = amqp.connect();
                var channel = connection.createChannel()) {
            channel.exchangeDeclare(exchange, "direct", true);
            channel.queueDeclare(queue, true, false, false, null);
            channel.queueBind(queue, exchange, KEY);
            channel.queueDeclare(markers, true, false, false, null);
        }
    }

    /** A publisher and a consumer on connections of their own, until the broker dies. */
    final class Session {
        private final Connection publisher = amqp.connect();
        private final Connection consumer = amqp.connect();
        /** The publisher may be ahead of the consumer by so many messages, those of earlier sessions included. */
        private final Semaphore backlog =
                new Semaphore(Math.max(0, BACKLOG - undelivered().size()));

        private final Thread publisherThread = new Thread(() -> run(this::publish), "crash publisher");
        private final Thread consumerThread = new Thread(() -> run(this::consume), "crash consumer");

        Session(boolean withPublisher) throws IOException, TimeoutException {
            publishing = withPublisher;
            consuming = true;
            consumerThread.start();
            publisherThread.start();
        }

        /** Waits for the end of both threads after the broker was killed. */
        void end() throws InterruptedException {
            publishing = false;
            consuming = false;
            backlog.release();
            publisherThread.join(LIMIT.toMillis());
            consumerThread.join(LIMIT.toMillis());
            publisher.abort();
            consumer.abort();
        }

        private void publish() throws IOException, InterruptedException {
            Channel channel = publisher.createChannel();
            channel.confirmSelect();
            var pending = new ConcurrentSkipListSet<Long>();
            var window = new Semaphore(UNCONFIRMED);
            long first = published.get() - channel.getNextPublishSeqNo();
            channel.addConfirmListener(
                    (tag, multiple) -> window.release(confirm(pending, first + tag, multiple)),
                    (tag, multiple) -> findings.add("the publish of message %d was refused", first + tag));
            while (publishing) {
                if (window.tryAcquire(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                    backlog.acquire();
                    long number = published.getAndIncrement();
                    pending.add(number);
                    channel.basicPublish(exchange, KEY, MessageProperties.PERSISTENT_BASIC, Bodies.of(number));
                }
            }
        }

        private void consume() throws IOException, InterruptedException, TimeoutException {
            Channel channel = consumer.createChannel();
            channel.confirmSelect();
            channel.basicQos(PREFETCH);
            var deliveries = new LinkedBlockingQueue<Delivery>();
            channel.basicConsume(queue, false, (tag, delivery) -> deliveries.add(delivery), tag -> {});
            long last = -1;
            var unsettled = new ArrayList<Long>();
            while (consuming && channel.isOpen()) {
                Delivery delivery = deliveries.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
                if (delivery != null) {
                    backlog.release();
                    last = receive(delivery, last);
                    channel.basicAck(delivery.getEnvelope().getDeliveryTag(), random.nextInt(4) == 0);
                    unsettled.add(last);
                }
                if (unsettled.size() >= SETTLE_EVERY || delivery == null && !unsettled.isEmpty()) {
                    settle(channel, unsettled);
                }
            }
        }
    }

    /** All messages confirmed so far. */
    long confirmedMessages() {
        return confirmed.size();
    }

    /** Consumes until every confirmed message was delivered; those that are missing when no more come are findings. */
    void drain() throws Exception {
        var session = new Session(false);
        try {
            long before;
            do {
                before = undelivered().size();
            } while (!isDrained() && undelivered().size() < before);
            verifyDeliveredUpTo(Long.MAX_VALUE);
        } finally {
            session.end();
        }
    }

    private boolean isDrained() {
        try {
            Awaitility.await().atMost(LIMIT).until(() -> undelivered().isEmpty());
            return true;
        } catch (ConditionTimeoutException e) {
            return false;
        }
    }

    private int confirm(ConcurrentSkipListSet<Long> pending, long number, boolean multiple) {
        var done = multiple ? pending.headSet(number, true) : pending.subSet(number, true, number, true);
        int count = done.size();
        confirmed.addAll(done);
        done.clear();
        return count;
    }

    private long receive(Delivery delivery, long last) {
        long number = Bodies.number(delivery.getBody());
        if (number < 0 || number >= published.get()) {
            findings.add("a message was delivered that nobody published: %d", number);
            return last;
        }
        if (number <= last) {
            findings.add("message %d was delivered after message %d", number, last);
        }
        synchronized (delivered) {
            if (settled.get((int) number)) {
                findings.add("message %d came back after its acknowledgement", number);
            }
            if (delivered.get((int) number) && !delivery.getEnvelope().isRedeliver()) {
                findings.add("message %d was delivered again without the redelivered flag", number);
            }
            delivered.set((int) number);
        }
        if (number % 1_024 == 0) {
            verifyDeliveredUpTo(number);
        }
        return number;
    }

    /**
     * An acknowledgement has no answer. But once the queue has answered a later question on the channel, and a message
     * published after that is confirmed, the acknowledgement stands before it in the broker's order of commits.
     */
    private void settle(Channel channel, List<Long> acknowledged)
            throws IOException, InterruptedException, TimeoutException {
        channel.queueDeclarePassive(queue);
        channel.basicPublish("", markers, MessageProperties.MINIMAL_PERSISTENT_BASIC, new byte[0]);
        channel.waitForConfirmsOrDie(LIMIT.toMillis());
        synchronized (delivered) {
            acknowledged.forEach(number -> settled.set(number.intValue()));
        }
        acknowledged.clear();
    }

    /** Messages come in order, so those before a delivered one were delivered too, now or in an earlier session. */
    private void verifyDeliveredUpTo(long number) {
        for (long missing : undelivered().headSet(number)) {
            findings.add("message %d was confirmed and never delivered", missing);
        }
    }

    private NavigableSet<Long> undelivered() {
        var missing = new TreeSet<Long>();
        synchronized (delivered) {
            for (long each : confirmed) {
                if (!delivered.get((int) each)) {
                    missing.add(each);
                }
            }
        }
        return missing;
    }

    private void run(Traffic traffic) {
        try {
            traffic.run();
        } catch (IOException | ShutdownSignalException | TimeoutException end) {
            if (publishing && consuming && !isLostConnection(end)) {
                findings.add("an AMQP client failed: %s", end);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            findings.add("an AMQP client failed: %s", e);
        }
    }

    /** The broker was killed; but a close by the broker itself is a finding. */
    private static boolean isLostConnection(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ShutdownSignalException signal) {
                return !(signal.getReason() instanceof AMQP.Connection.Close)
                        && !(signal.getReason() instanceof AMQP.Channel.Close);
            }
        }
        return true;
    }

    private interface Traffic {
        void run() throws IOException, InterruptedException, TimeoutException;
    }
}
