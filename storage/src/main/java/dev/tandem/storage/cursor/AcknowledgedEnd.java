package dev.tandem.storage.cursor;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out, from the rows of a log's cursors, how far anything of it was ever acknowledged. Blocks. */
public final class AcknowledgedEnd {
    private static final Logger LOGGER = LoggerFactory.getLogger(AcknowledgedEnd.class);

    private final long logId;
    private long end;
    private int chunkCursor;
    private long chunkNumber;
    private byte @Nullable [] chunk;

    private AcknowledgedEnd(long logId) {
        this.logId = logId;
    }

    /**
     * One past the highest offset that a cursor acknowledged, 0 when none did. A row that cannot be read does not count: the
     * cursor itself refuses it when it is used.
     */
    public static long of(RocksStore store, long logId) {
        var found = new AcknowledgedEnd(logId);
        byte[] prefix = StorageSchema.logPrefix(logId);
        store.scan(ColumnFamily.CURSORS, prefix, StorageSchema.prefixEnd(prefix), (key, value) -> {
            found.row(key, value);
            return true;
        });
        found.endOfChunks();
        return found.end;
    }

    private void row(byte[] key, byte[] value) {
        byte kind = StorageSchema.cursorKind(key);
        if (kind == StorageSchema.CURSOR_CHUNK) {
            if (StorageSchema.cursorIdOf(key) != chunkCursor) {
                endOfChunks();
            }
            // Rows come in order: a cursor's last chunk counts.
            chunkCursor = StorageSchema.cursorIdOf(key);
            chunkNumber = StorageSchema.cursorNumber(key);
            chunk = value;
        } else if (kind == StorageSchema.CURSOR_HEAD || kind == StorageSchema.CURSOR_DELTA) {
            raise(() -> kind == StorageSchema.CURSOR_HEAD
                    ? CursorCodec.decodeHead(Slice.of(value)).floor()
                    : endOf(CursorCodec.decodeDelta(Slice.of(value))));
        }
    }

    private static long endOf(CursorCodec.Delta delta) {
        return delta.ranges().length == 0 ? delta.floor() : delta.ranges()[delta.ranges().length - 1];
    }

    private void endOfChunks() {
        byte[] last = chunk;
        chunk = null;
        if (last != null) {
            raise(() -> {
                var bits = CursorCodec.decodeChunk(chunkNumber, Slice.of(last));
                return bits.isEmpty() ? 0 : (chunkNumber << AckSet.CHUNK_BITS) + bits.last() + 1;
            });
        }
    }

    private void raise(LongSupplier row) {
        try {
            end = Math.max(end, row.getAsLong());
        } catch (CorruptData e) {
            LOGGER.warn("log {} has a damaged cursor: {}", logId, e.getMessage());
        }
    }
}
