package dev.tandem.amqp.delivery;

import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.StorageException.NotFound;
import dev.tandem.storage.StorageException.WritesSuspended;
import dev.tandem.storage.alarm.StorageAlarm;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.CommitResult;
import dev.tandem.storage.commit.Durability;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gathers what one event loop's queues acknowledge and take back: one commit a turn. Used on that loop only. */
final class AckWriter {
    private static final Logger LOGGER = LoggerFactory.getLogger(AckWriter.class);

    private final StorageEngine storage;
    private final EventExecutor loop;
    private final KeptAcks kept = new KeptAcks();
    private List<Change> gathered = new ArrayList<>();

    AckWriter(StorageEngine storage, EventExecutor loop) {
        this.storage = storage;
        this.loop = loop;
        storage.onAlarm(loop, alarm -> submitKept());
    }

    /** Acknowledges ranges of a private queue's log at the end of this turn. */
    void acknowledge(long logId, long[] ranges) {
        acknowledge(CursorAddress.ofPrivate(logId), ranges);
    }

    /** Acknowledges ranges of a log's offsets at the end of this turn. */
    void acknowledge(CursorAddress cursor, long[] ranges) {
        gather(new Change.Acknowledge(cursor.logId(), cursor.cursorId(), ranges));
    }

    /** Counts a delivery that came to nothing for ranges of a private queue's log at the end of this turn. */
    void countDeliveries(long logId, long[] ranges) {
        countDeliveries(CursorAddress.ofPrivate(logId), ranges);
    }

    /** Counts a delivery that came to nothing for ranges of a log's offsets at the end of this turn. */
    void countDeliveries(CursorAddress cursor, long[] ranges) {
        gather(new Change.CountDeliveries(cursor.logId(), cursor.cursorId(), ranges));
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
        submit(gathered);
        gathered = new ArrayList<>();
    }

    private void submit(List<Change> changes) {
        storage.submit(new Commit(changes, Durability.WRITTEN, loop, result -> onResult(changes, result)));
    }

    private void onResult(List<Change> changes, CommitResult result) {
        if (result.error() instanceof WritesSuspended) {
            keep(changes);
        } else if (result.error() instanceof NotFound) {
            // A topic that was deleted takes no other log's acknowledgements along.
            if (changes.size() > 1) {
                changes.forEach(change -> submit(List.of(change)));
            }
        } else if (!result.isApplied()) {
            LOGGER.warn("acknowledgements were not stored, their messages come back after a restart", result.error());
        }
    }

    /**
     * Keeps acknowledgements until the engine stores again: the queue counts them as done, so the disk must follow. Delivery
     * counts are not kept: a message that comes back a little more often than its limit says is harmless.
     */
    private void keep(List<Change> changes) {
        for (Change change : changes) {
            if (change instanceof Change.Acknowledge acknowledge) {
                kept.add(new CursorAddress(acknowledge.logId(), acknowledge.cursorId()), acknowledge.ranges());
            }
        }
        submitKept();
    }

    /** A commit for each log: one that was deleted meanwhile takes no other's acknowledgements along. */
    private void submitKept() {
        boolean storesNothing = storage.alarm()
                .filter(alarm -> alarm.kind() == StorageAlarm.Kind.WRITE_FAILED)
                .isPresent();
        if (!storesNothing && !kept.isEmpty()) {
            kept.drainTo((cursor, ranges) ->
                    submit(List.of(new Change.Acknowledge(cursor.logId(), cursor.cursorId(), ranges))));
        }
    }
}
