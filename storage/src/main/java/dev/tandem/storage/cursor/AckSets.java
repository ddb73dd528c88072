package dev.tandem.storage.cursor;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.log.LogState;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.rocksdb.BatchBuilder;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;
import java.util.HashMap;
import java.util.Optional;
import java.util.TreeMap;

/** Loads the ack sets of logs when they are first used, and writes their rows. Commit thread. */
public final class AckSets {
    private final RocksStore store;
    private final boolean cleanStop;
    private final SpaceCandidates spaceCandidates = new SpaceCandidates();

    /**
     * The ack sets of a directory.
     *
     * @param cleanStop whether the last stop was clean, so that stored delivered ends hold
     */
    public AckSets(RocksStore store, boolean cleanStop) {
        this.store = store;
        this.cleanStop = cleanStop;
    }

    /** A log's ack set for a cursor; loaded if need be. */
    public AckSet of(LogState log, int cursorId) {
        return log.ackSets().computeIfAbsent(cursorId, id -> {
            AckSet ackSet = load(log.id(), id);
            ackSet.raiseFloor(log.startOffset());
            if (cursorId == 0 && ackSet.cardinalityAboveFloor() > 0) {
                spaceCandidates.note(log); // the last run of the broker may not have come to it
            }
            return ackSet;
        });
    }

    /** Logs in which there may be acknowledged space to give back. */
    public SpaceCandidates spaceCandidates() {
        return spaceCandidates;
    }

    private AckSet load(long logId, int cursorId) {
        var head = new Slice[1];
        var deltas = new HashMap<Integer, Slice>();
        var chunks = new TreeMap<Long, Slice>();
        var counts = new TreeMap<Long, Slice>();
        byte[] prefix = StorageSchema.cursorPrefix(logId, cursorId);
        store.scan(ColumnFamily.CURSORS, prefix, StorageSchema.prefixEnd(prefix), (key, value) -> {
            long number = StorageSchema.cursorNumber(key);
            switch (StorageSchema.cursorKind(key)) {
                case StorageSchema.CURSOR_HEAD -> head[0] = Slice.of(value);
                case StorageSchema.CURSOR_DELTA -> deltas.put((int) number, Slice.of(value));
                case StorageSchema.CURSOR_CHUNK -> chunks.put(number, Slice.of(value));
                case StorageSchema.CURSOR_COUNTS -> counts.put(number, Slice.of(value));
                default ->
                    throw new CorruptData("cursor " + cursorId + " of log " + logId + " has a row of kind "
                            + StorageSchema.cursorKind(key));
            }
            return true;
        });
        return AckSet.load(Optional.ofNullable(head[0]), deltas, chunks, counts, cleanStop);
    }

    /** Adds the rows of what changed since the last call. */
    public static void write(long logId, int cursorId, AckSet ackSet, BatchBuilder rows) {
        ackSet.writeTo(new CursorRows() {
            @Override
            public void putHead(byte[] value) {
                rows.put(ColumnFamily.CURSORS, key(StorageSchema.CURSOR_HEAD, 0), value);
            }

            @Override
            public void putDelta(int slot, byte[] value) {
                rows.put(ColumnFamily.CURSORS, key(StorageSchema.CURSOR_DELTA, slot), value);
            }

            @Override
            public void putChunk(long chunk, byte[] value) {
                rows.put(ColumnFamily.CURSORS, key(StorageSchema.CURSOR_CHUNK, chunk), value);
            }

            @Override
            public void deleteChunk(long chunk) {
                rows.delete(ColumnFamily.CURSORS, key(StorageSchema.CURSOR_CHUNK, chunk));
            }

            @Override
            public void putCounts(long chunk, byte[] value) {
                rows.put(ColumnFamily.CURSORS, key(StorageSchema.CURSOR_COUNTS, chunk), value);
            }

            @Override
            public void deleteCounts(long chunk) {
                rows.delete(ColumnFamily.CURSORS, key(StorageSchema.CURSOR_COUNTS, chunk));
            }

            private byte[] key(byte kind, long number) {
                return StorageSchema.cursorKey(logId, cursorId, kind, number);
            }
        });
    }
}
