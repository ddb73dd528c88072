package dev.tandem.amqp.delivery;

import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.cursor.AckSetView;
import dev.tandem.storage.log.Log;
import dev.tandem.storage.log.LogRead;
import dev.tandem.storage.record.MessageView;
import dev.tandem.storage.record.StoredEntry;
import io.netty.util.concurrent.EventExecutor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds up the bodies of what arrives in a stored log, once each, by reading after the publishers; what waited when the broker
 * started is read on the reader pool. Belongs to the queue's owner.
 */
final class ArrivedBytes {
    private static final Logger LOGGER = LoggerFactory.getLogger(ArrivedBytes.class);
    private static final int READ_BYTES = 256 << 10;

    private final StorageEngine storage;
    private final EventExecutor owner;
    private final Runnable wake;
    private long countedEnd;
    private long bytes;
    private @Nullable AckSetView acknowledgedBefore;
    private boolean fetching;

    ArrivedBytes(StorageEngine storage, EventExecutor owner, Runnable wake) {
        this.storage = storage;
        this.owner = owner;
        this.wake = wake;
    }

    /** The log was there when the broker started: counting begins where delivery does. */
    void startFrom(long start, AckSetView acks) {
        countedEnd = start;
        acknowledgedBefore = acks;
    }

    /** What was counted since this was asked last, up to where the cache reaches; the rest is fetched, and the queue woken. */
    long take(Log log) {
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
        long counted = bytes;
        bytes = 0;
        return counted;
    }

    /** What has arrived and was not counted is of no interest any more. */
    void skip(Log log) {
        countedEnd = Math.max(countedEnd, log.writtenEnd());
        bytes = 0;
    }

    private void fetch(Log log, long end) {
        fetching = true;
        long from = countedEnd;
        storage.readers().execute(() -> {
            try {
                LogRead read = log.read(from, end, READ_BYTES);
                owner.execute(() -> fetched(from, read, end));
            } catch (RuntimeException e) {
                owner.execute(() -> failed(log, from, end, e));
            }
        });
    }

    private void fetched(long from, LogRead read, long end) {
        fetching = false;
        if (from == countedEnd) {
            count(read, end);
        }
        read.release();
        wake.run();
    }

    /** What cannot be read has no size: too little is counted then. */
    private void failed(Log log, long from, long end, RuntimeException reason) {
        fetching = false;
        if (from == countedEnd) {
            countedEnd = end;
            if (log.exists()) {
                LOGGER.warn("the sizes of messages of log {} from offset {} on are unknown", log.id(), from, reason);
            }
        }
    }

    private void count(LogRead read, long end) {
        for (StoredEntry entry : read.entries()) {
            int records = entry.recordCount();
            for (int i = 0; i < records; i++) {
                MessageView message = entry.message(i);
                long offset = message.offset();
                if (offset >= countedEnd && offset < end && isWaiting(offset)) {
                    bytes += message.bodyLength();
                }
            }
        }
        countedEnd = Math.max(countedEnd + 1, Math.min(read.nextOffset(), end));
        AckSetView acks = acknowledgedBefore;
        if (acks != null && countedEnd >= acks.end()) {
            acknowledgedBefore = null;
        }
    }

    private boolean isWaiting(long offset) {
        AckSetView acks = acknowledgedBefore;
        return acks == null || offset >= acks.end() || acks.nextUnacknowledged(offset) == offset;
    }
}
