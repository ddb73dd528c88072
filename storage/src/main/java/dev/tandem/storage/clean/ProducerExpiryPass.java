package dev.tandem.storage.clean;

import dev.tandem.storage.StorageException.NotFound;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.producer.ActiveProducer;
import dev.tandem.storage.producer.ProducerWindows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes logs forget producers that have been idle for as long as Kafka's producer.id.expiration.ms says. As in Kafka, age is
 * that of the timestamps in a producer's last batch, and who comes back afterwards may go on with any sequence.
 */
public final class ProducerExpiryPass implements CleaningPass {
    /** Kafka's producer.id.expiration.check.interval.ms: looking through all producers of all logs takes a while. */
    private static final Duration MOST_BETWEEN_LOOKS = Duration.ofMinutes(10);
    /** Found idle before they are made to expire. */
    private static final int AT_ONCE = 1_000;
    /** Looked at in one scan of the database. */
    private static final int SCANNED_AT_ONCE = 50_000;

    private final ProducerWindows producers;
    private volatile Duration expiry = Duration.ZERO;
    private long lookedAtMillis = Long.MIN_VALUE;

    /** The pass of one engine; nothing expires until {@link #setExpiry}. */
    public ProducerExpiryPass(ProducerWindows producers) {
        this.producers = producers;
    }

    /** Sets the age at which producers expire; zero for never. Any thread. */
    public void setExpiry(Duration age) {
        expiry = age;
    }

    @Override
    public String name() {
        return "expiry of producers";
    }

    @Override
    public void run(CleaningRound round) throws InterruptedException {
        long age = expiry.toMillis();
        long between = Math.min(MOST_BETWEEN_LOOKS.toMillis(), age);
        if (age == 0 || (lookedAtMillis != Long.MIN_VALUE && round.nowMillis() - lookedAtMillis < between)) {
            return;
        }
        lookedAtMillis = round.nowMillis();
        long latest = round.nowMillis() - age;
        var idle = new IdleProducers(latest);
        do {
            round.breakOffIfClosing();
            idle.collect(producers);
            for (Change.ExpireProducers change : idle.takeChanges()) {
                expire(change, round);
            }
        } while (!idle.isThrough());
    }

    private static void expire(Change.ExpireProducers change, CleaningRound round) throws InterruptedException {
        try {
            round.commit(change);
        } catch (NotFound e) {
            // The log is deleted, and its producers with it.
        }
    }

    /** A walk through the producers of all logs, in steps that hold a bounded number of idle ones. */
    private static final class IdleProducers {
        private final long latestMillis;
        private final List<Change.ExpireProducers> changes = new ArrayList<>();
        private final List<Long> ids = new ArrayList<>();
        private long logId;
        private long nextLogId;
        private long nextProducerId;
        private int scanned;
        private int found;
        private boolean through;

        IdleProducers(long latestMillis) {
            this.latestMillis = latestMillis;
        }

        boolean isThrough() {
            return through;
        }

        List<Change.ExpireProducers> takeChanges() {
            var taken = List.copyOf(changes);
            changes.clear();
            return taken;
        }

        void collect(ProducerWindows producers) {
            scanned = 0;
            found = 0;
            through = true;
            producers.visitFrom(nextLogId, nextProducerId, this::see);
            flush();
        }

        private boolean see(long log, ActiveProducer producer) {
            nextLogId = log;
            nextProducerId = producer.producerId() + 1;
            scanned++;
            if (producer.lastTimestampMillis() <= latestMillis) {
                if (log != logId) {
                    flush();
                    logId = log;
                }
                ids.add(producer.producerId());
                found++;
            }
            through = scanned < SCANNED_AT_ONCE && found < AT_ONCE;
            return through;
        }

        private void flush() {
            if (!ids.isEmpty()) {
                changes.add(new Change.ExpireProducers(logId, ids, latestMillis));
                ids.clear();
            }
        }
    }
}
