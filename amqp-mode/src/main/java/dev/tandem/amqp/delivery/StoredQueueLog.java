package dev.tandem.amqp.delivery;

import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.StorageException;
import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.StorageException.StorageFailure;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.cursor.AckSetView;
import dev.tandem.storage.cursor.DeliveryCounts;
import dev.tandem.storage.log.Log;
import dev.tandem.storage.log.LogRead;
import dev.tandem.storage.log.LogWatcher;
import dev.tandem.storage.record.MessageView;
import dev.tandem.storage.record.StoredEntry;
import io.netty.util.concurrent.EventExecutor;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages of a durable queue: a log of the storage engine. Publishers append to it on their own; this side hears of
 * it when the log's written end moves.
 */
final class StoredQueueLog implements QueueLog {
    private static final Logger LOGGER = LoggerFactory.getLogger(StoredQueueLog.class);
    private static final int READ_BYTES = 256 << 10;
    /** A disk that failed may be well again; damaged bytes stay so. */
    private static final long RETRY_SECONDS = 5;

    private final StorageEngine storage;
    private final EventExecutor owner;
    private final AckWriter ackWriter;
    private final long logId;
    private final LongArray acknowledged = new LongArray();
    private final LongArray returned = new LongArray();
    private final LogWatcher watcher;
    private final Runnable wake;
    private final ArrivedBytes arrivedBytes;
    private volatile @Nullable Log log;
    private @Nullable AckSetView recovered;
    private long start;
    private long deliveredEnd;
    private List<StoredEntry> window = List.of();
    private int windowIndex;
    private boolean fetching;
    /** The offset of the last message that could not be read, and why. */
    private long unreadable = -1;

    private @Nullable StorageException failure;

    /**
     * The log of a queue, empty until it is attached.
     *
     * @param wake called on the owner when there is more to read
     */
    StoredQueueLog(StorageEngine storage, EventExecutor owner, AckWriter ackWriter, long logId, Runnable wake) {
        this.storage = storage;
        this.owner = owner;
        this.ackWriter = ackWriter;
        this.logId = logId;
        this.wake = wake;
        this.watcher = moved -> wake.run();
        this.arrivedBytes = new ArrivedBytes(storage, owner, wake);
    }

    /** The log was created just now. */
    void attachCreated(Log created) {
        attach(created);
    }

    /** The log was there when the broker started, with these acknowledgements. */
    void attachRecovered(Log found, AckSetView acks) {
        recovered = acks;
        start = acks.nextUnacknowledged(Math.max(acks.floor(), found.startOffset()));
        deliveredEnd = Math.min(acks.deliveredEnd(), found.writtenEnd());
        arrivedBytes.startFrom(found.writtenEnd());
        attach(found);
    }

    private void attach(Log attached) {
        log = attached;
        attached.watch(owner, watcher);
    }

    @Override
    public long start() {
        return start;
    }

    @Override
    public long end() {
        Log current = log;
        return current == null ? start : Math.max(start, current.writtenEnd());
    }

    @Override
    public long acknowledgedBefore() {
        AckSetView view = recovered;
        if (view == null) {
            return 0;
        }
        // Everything between the floor and the start is acknowledged, or the start would be lower.
        return Math.max(0, view.cardinalityAboveFloor() - (start - Math.min(start, view.floor())));
    }

    @Override
    public long nextUnacknowledged(long offset) {
        AckSetView view = recovered;
        if (view == null) {
            return offset;
        }
        if (offset >= view.end()) {
            recovered = null;
            return offset;
        }
        return view.nextUnacknowledged(offset);
    }

    @Override
    public long deliveredEnd() {
        return deliveredEnd;
    }

    @Override
    public DeliveryCounts deliveryCounts() {
        AckSetView view = recovered;
        return view == null ? new DeliveryCounts() : view.deliveryCounts();
    }

    @Override
    public @Nullable MessageView read(long offset) {
        MessageView message = inWindow(offset);
        Log current = log;
        if (message != null || current == null || fetching || offset == unreadable) {
            return message;
        }
        Optional<LogRead> cached = current.readCached(offset, current.writtenEnd(), READ_BYTES);
        if (cached.isEmpty()) {
            fetch(current, offset);
            return null;
        }
        show(cached.get());
        return inWindow(offset);
    }

    @Override
    public @Nullable StorageException failureAt(long offset) {
        return offset == unreadable ? failure : null;
    }

    @Override
    public void acknowledge(long offset) {
        acknowledged.add(offset);
    }

    @Override
    public void acknowledgeFrom(long offset) {
        long end = end();
        if (offset < end) {
            ackWriter.acknowledge(logId, new long[] {offset, end});
        }
    }

    @Override
    public void countReturn(long offset) {
        returned.add(offset);
    }

    @Override
    public void endTurn() {
        if (!returned.isEmpty()) {
            ackWriter.countDeliveries(logId, returned.toRanges());
            returned.clear();
        }
        if (!acknowledged.isEmpty()) {
            ackWriter.acknowledge(logId, acknowledged.toRanges());
            acknowledged.clear();
        }
    }

    @Override
    public void countArrived(ReadyBytes all) {
        Log current = log;
        if (current != null) {
            arrivedBytes.countInto(all, current);
        }
    }

    @Override
    public void skipUncounted(long offset) {
        arrivedBytes.skip(offset);
    }

    @Override
    public void idle() {
        window = List.of();
        windowIndex = 0;
    }

    @Override
    public long sizeInBytes() {
        Log current = log;
        return current == null ? 0 : current.sizeInBytes();
    }

    @Override
    public void close(long delivered) {
        Log current = log;
        if (current == null) {
            return;
        }
        current.unwatch(watcher);
        endTurn();
        ackWriter.submit();
        storage.submit(
                Commit.of(new Change.StoreDeliveredEnd(logId, 0, delivered), Durability.WRITTEN, owner, result -> {
                    if (!result.isApplied()) {
                        LOGGER.warn("the delivery position of log {} was not stored", logId, result.error());
                    }
                }));
    }

    @Override
    public void delete() {
        Log current = log;
        if (current != null) {
            current.unwatch(watcher);
        }
        acknowledged.clear();
        returned.clear();
        idle();
    }

    /** The message, if it was read ahead whole: one whose shared body was not read along is read again by itself. */
    private @Nullable MessageView inWindow(long offset) {
        StoredEntry entry = find(offset);
        MessageView message = entry == null ? null : entry.messageAt(offset);
        return message == null || !message.hasBody() ? null : message;
    }

    private @Nullable StoredEntry find(long offset) {
        while (windowIndex < window.size()) {
            StoredEntry entry = window.get(windowIndex);
            if (offset < entry.baseOffset()) {
                break;
            }
            if (offset < entry.endOffset()) {
                return entry;
            }
            windowIndex++;
        }
        // Behind the window, or ahead of it: a returned message. The next read starts where it is.
        window = List.of();
        windowIndex = 0;
        return null;
    }

    private void show(LogRead read) {
        window = read.entries();
        windowIndex = 0;
    }

    private void fetch(Log current, long offset) {
        fetching = true;
        long end = current.writtenEnd();
        storage.readers().execute(() -> {
            try {
                LogRead read = current.readMessages(offset, end, READ_BYTES);
                owner.execute(() -> fetched(read));
            } catch (StorageException e) {
                owner.execute(() -> failed(current, offset, e));
            } catch (RuntimeException | Error e) {
                var failed = new StorageFailure("log " + logId + " could not be read at offset " + offset, e);
                owner.execute(() -> failed(current, offset, failed));
            }
        });
    }

    /** The queue stands still at a message that cannot be read, rather than asking for the same bytes all the time. */
    private void failed(Log current, long offset, StorageException reason) {
        fetching = false;
        unreadable = offset;
        failure = reason;
        if (!(reason instanceof CorruptData)) {
            if (current.exists()) {
                LOGGER.error("cannot read log {} at offset {}, will try again", logId, offset, reason);
            }
            owner.schedule(this::retry, RETRY_SECONDS, TimeUnit.SECONDS);
        }
        // What was purged meanwhile is in nobody's way.
        wake.run();
    }

    private void retry() {
        unreadable = -1;
        wake.run();
    }

    private void fetched(LogRead read) {
        fetching = false;
        show(read);
        wake.run();
    }
}
