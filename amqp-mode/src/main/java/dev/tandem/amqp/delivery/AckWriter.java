package dev.tandem.amqp.delivery;

import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.CommitResult;
import dev.tandem.storage.commit.Durability;
import io.netty.util.concurrent.EventExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gathers what one event loop's queues acknowledge and take back: one commit a turn. Used on that loop only. */
final class AckWriter {
    private static final Logger LOGGER = LoggerFactory.getLogger(AckWriter.class);

    private final StorageEngine storage;
    private final EventExecutor loop;
    private Commit.Builder gathered = Commit.builder();

    AckWriter(StorageEngine storage, EventExecutor loop) {
        this.storage = storage;
        this.loop = loop;
    }

    /** Acknowledges ranges of a log's offsets at the end of this turn. */
    void acknowledge(long logId, long[] ranges) {
        gather(new Change.Acknowledge(logId, 0, ranges));
    }

    /** Counts a delivery that came to nothing for ranges of a log's offsets at the end of this turn. */
    void countDeliveries(long logId, long[] ranges) {
        gather(new Change.CountDeliveries(logId, 0, ranges));
    }

    private void gather(Change change) {
        if (gathered.isEmpty()) {
            loop.execute(this::submit);
        }
        gathered.add(change);
    }

    /** Submits what is gathered now. */
    void submit() {
        if (gathered.isEmpty()) {
            return;
        }
        Commit commit = gathered.build(Durability.WRITTEN, loop, AckWriter::onResult);
        gathered = Commit.builder();
        storage.submit(commit);
    }

    private static void onResult(CommitResult result) {
        if (!result.isApplied()) {
            LOGGER.warn("acknowledgements were not stored, their messages come back after a restart", result.error());
        }
    }
}
