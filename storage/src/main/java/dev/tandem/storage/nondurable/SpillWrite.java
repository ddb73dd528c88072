package dev.tandem.storage.nondurable;

import dev.tandem.storage.record.Slice;
import org.jspecify.annotations.Nullable;

/**
 * A chunk on its way to the disk.
 *
 * @param firstOffset the chunk's, which may be read on its owner only
 * @param records what to write; null where a message was acknowledged
 * @param size bytes of the row's value
 * @param heapBytes what will be free
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
record SpillWrite(
        TransientLog log,
        Chunk chunk,
        OwnedLogs owned,
        long logId,
        long firstOffset,
        @Nullable Slice[] records,
        int size,
        long heapBytes) {}
