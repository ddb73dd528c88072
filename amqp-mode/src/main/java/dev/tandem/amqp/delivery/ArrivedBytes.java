package dev.tandem.amqp.delivery;

import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.log.Log;
import dev.tandem.storage.log.LogRead;
import dev.tandem.storage.record.MessageView;
import dev.tandem.storage.record.StoredEntry;
import io.netty.util.concurrent.EventExecutor;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds up the bodies of what arrives in a stored log, once each, by reading after the publishers: in the cache mostly, else
 * on the reader pool. Belongs to the queue's owner.
 */
final class ArrivedBytes {
    private static final Logger LOGGER = LoggerFactory.getLogger(ArrivedBytes.class);
    private static final int READ_BYTES = 256 << 10;

    private final StorageEngine storage;
    private final EventExecutor owner;
    private final Runnable wake;
    private long countedEnd;
    private long discardedEnd;
    private long bytes;
    private long discardedBytes;
    private boolean fetching;

    ArrivedBytes(StorageEngine storage, EventExecutor owner, Runnable wake) {
        this.storage = storage;
        this.owner = owner;
        this.wake = wake;
    }

    /** The log was there when the broker started: what arrived before counts elsewhere. */
    void startFrom(long end) {
        countedEnd = end;
    }

    /** Passes on what was counted since this was asked last, up to where the cache reaches; the rest is fetched, and the queue woken. */
    void countInto(ReadyBytes all, Log log) {
        long end = log.writtenEnd();
        while (countedEnd < end && !fetching) {
            Optional<LogRead> cached = log.readCached(countedEnd, end, READ_BYTES);
            if (cached.isEmpty()) {
                fetch(log, end);
            } else {
                count(cached.get(), end);
                cached.get().release();
            }
        }
        all.arrived(bytes);
        all.arrivedInVain(discardedBytes);
        bytes = 0;
        discardedBytes = 0;
    }

    /** What lies below an offset was discarded, counted or not. */
    void skip(long offset) {
        discardedEnd = offset;
    }

    private void fetch(Log log, long end) {
        fetching = true;
        long from = countedEnd;
        storage.readers().execute(() -> {
            try {
                LogRead read = log.read(from, end, READ_BYTES);
                owner.execute(() -> fetched(read, end));
            } catch (RuntimeException e) {
                owner.execute(() -> failed(log, end, e));
            }
        });
    }

    private void fetched(LogRead read, long end) {
        fetching = false;
        count(read, end);
        read.release();
        wake.run();
    }

    /** What cannot be read has no size: too little is counted then. */
    private void failed(Log log, long end, RuntimeException reason) {
        fetching = false;
        if (log.exists()) {
            LOGGER.warn("the sizes of messages of log {} from offset {} on are unknown", log.id(), countedEnd, reason);
        }
        countedEnd = end;
    }

    private void count(LogRead read, long end) {
        for (StoredEntry entry : read.entries()) {
            int records = entry.recordCount();
            for (int i = 0; i < records; i++) {
                MessageView message = entry.message(i);
                long offset = message.offset();
                if (offset >= discardedEnd && offset >= countedEnd && offset < end) {
                    bytes += message.bodyLength();
                } else if (offset >= countedEnd && offset < end) {
                    discardedBytes += message.bodyLength();
                }
            }
        }
        countedEnd = Math.max(countedEnd + 1, Math.min(read.nextOffset(), end));
    }
}
