package dev.tandem.amqp.delivery;

import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.StorageException;
import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.StorageException.StorageFailure;
import dev.tandem.storage.log.Log;
import dev.tandem.storage.log.LogRead;
import dev.tandem.storage.record.MessageView;
import dev.tandem.storage.record.RecordUnpacker;
import dev.tandem.storage.record.StoredEntry;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a partition of a topic ahead, as messages. Batches are unpacked on the reader pool, a window at a time, for they may
 * be compressed. A window also tells which of the offsets it covers hold no message: control batches, and what compaction
 * took. Belongs to the queue's owner.
 */
final class PartitionReader {
    private static final Logger LOGGER = LoggerFactory.getLogger(PartitionReader.class);
    private static final int WINDOW_BYTES = 256 << 10;
    /** A disk that failed may be well again; damaged bytes stay so. */
    private static final long RETRY_SECONDS = 5;

    private static final Window NOTHING = new Window(0, 0, new long[0], List.of());

    private final StorageEngine storage;
    private final EventExecutor owner;
    private final RecordUnpacker unpacker;
    private final RecordMessages messages;
    private final Log log;
    private final Runnable wake;
    private Window window = NOTHING;
    private boolean fetching;
    private long unreadable = -1;
    private @Nullable StorageException failure;

    PartitionReader(
            StorageEngine storage,
            EventExecutor owner,
            RecordUnpacker unpacker,
            RecordMessages messages,
            Log log,
            Runnable wake) {
        this.storage = storage;
        this.owner = owner;
        this.unpacker = unpacker;
        this.messages = messages;
        this.log = log;
        this.wake = wake;
    }

    /** The message at an offset; null while it is being fetched, and when there is none: the queue is woken then. */
    @Nullable
    MessageView read(long offset) {
        if (window.covers(offset)) {
            return window.messageAt(offset);
        }
        if (!fetching && offset != unreadable) {
            fetch(offset, log.highWatermark());
        }
        return null;
    }

    /** Why the message that was asked for last cannot be read; null when it is not known to be unreadable. */
    @Nullable
    StorageException failureAt(long offset) {
        return offset == unreadable ? failure : null;
    }

    /** The first offset at or after another that is not known to hold no message. */
    long nextThere(long offset) {
        long at = Math.max(offset, log.startOffset());
        return window.covers(at) ? window.nextMessage(at) : at;
    }

    /** Drops what was read ahead. */
    void idle() {
        window = NOTHING;
    }

    private void fetch(long offset, long end) {
        fetching = true;
        storage.readers().execute(() -> {
            try {
                Window read = load(offset, end);
                owner.execute(() -> {
                    fetching = false;
                    window = read;
                    wake.run();
                });
            } catch (StorageException e) {
                owner.execute(() -> failed(offset, e));
            } catch (RuntimeException | Error e) {
                var failed = new StorageFailure("log " + log.id() + " could not be read at offset " + offset, e);
                owner.execute(() -> failed(offset, failed));
            }
        });
    }

    private Window load(long offset, long end) {
        LogRead read = log.read(offset, end, WINDOW_BYTES);
        try {
            var loading = new Loading(offset, end);
            for (StoredEntry entry : read.entries()) {
                unpack(entry, loading);
                if (loading.isFull) {
                    return loading.window(loading.nextOffset);
                }
            }
            return loading.window(read.entries().isEmpty() ? end : Math.min(end, read.nextOffset()));
        } finally {
            read.release();
        }
    }

    private void unpack(StoredEntry entry, Loading loading) {
        try {
            unpacker.visit(entry.batches(), unpacked -> {
                if (unpacked.offset() < loading.firstOffset) {
                    return true;
                }
                if (unpacked.offset() >= loading.endOffset || loading.bytes >= WINDOW_BYTES) {
                    loading.isFull = true;
                    loading.nextOffset = Math.min(unpacked.offset(), loading.endOffset);
                    return false;
                }
                loading.add(unpacked.offset(), messages.of(unpacked));
                return true;
            });
        } catch (RuntimeException e) {
            var damaged = new CorruptData("the records of log " + log.id() + " at offset " + entry.baseOffset()
                    + " cannot be unpacked: " + e.getMessage());
            damaged.initCause(e);
            throw damaged;
        }
    }

    /** The queue stands still at a message that cannot be read, rather than asking for the same bytes all the time. */
    private void failed(long offset, StorageException reason) {
        fetching = false;
        unreadable = offset;
        failure = reason;
        if (!(reason instanceof CorruptData)) {
            if (log.exists()) {
                LOGGER.error("cannot read log {} at offset {}, will try again", log.id(), offset, reason);
            }
            owner.schedule(
                    () -> {
                        unreadable = -1;
                        wake.run();
                    },
                    RETRY_SECONDS,
                    TimeUnit.SECONDS);
        }
        wake.run();
    }

    /** A window under way. Reader pool. */
    private static final class Loading {
        private final long firstOffset;
        private final long endOffset;
        private final LongArray offsets = new LongArray();
        private final List<MessageView> views = new ArrayList<>();
        private long bytes;
        private long nextOffset;
        private boolean isFull;

        Loading(long firstOffset, long endOffset) {
            this.firstOffset = firstOffset;
            this.endOffset = endOffset;
        }

        void add(long offset, MessageView view) {
            offsets.add(offset);
            views.add(view);
            bytes += view.encoded().length();
        }

        Window window(long end) {
            long[] held = new long[offsets.size()];
            for (int i = 0; i < held.length; i++) {
                held[i] = offsets.get(i);
            }
            return new Window(firstOffset, Math.max(end, firstOffset), held, List.copyOf(views));
        }
    }

    /** The messages of a range of offsets, all there are. */
    private static final class Window {
        private final long firstOffset;
        private final long endOffset;
        private final long[] offsets;
        private final List<MessageView> views;

        Window(long firstOffset, long endOffset, long[] offsets, List<MessageView> views) {
            this.firstOffset = firstOffset;
            this.endOffset = endOffset;
            this.offsets = offsets;
            this.views = views;
        }

        boolean covers(long offset) {
            return offset >= firstOffset && offset < endOffset;
        }

        @Nullable
        MessageView messageAt(long offset) {
            int index = java.util.Arrays.binarySearch(offsets, offset);
            return index < 0 ? null : views.get(index);
        }

        long nextMessage(long offset) {
            int index = java.util.Arrays.binarySearch(offsets, offset);
            int next = index < 0 ? -index - 1 : index;
            return next < offsets.length ? offsets[next] : endOffset;
        }
    }
}
