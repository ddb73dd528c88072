package dev.tandem.storage.rocksdb;

import dev.tandem.storage.buffer.ChunkPool;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.schema.ColumnFamily;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Writes batches with large values. They go one by one into a native batch that keeps its memory from one write to the
 * next, and a few small rows with them.
 */
final class LargeWrites implements AutoCloseable {
    /** A native batch that has grown past this is not kept. */
    private static final long MAX_KEPT_BYTES = 8 << 20;

    private final OpenDatabase database;
    private final ByteBuffer stagedKey = ByteBuffer.allocateDirect(256);
    private final ByteBuffer stagedValue = ByteBuffer.allocateDirect(ChunkPool.CHUNK_SIZE);
    private WriteBatch batch = new WriteBatch();

    LargeWrites(OpenDatabase database) {
        this.database = database;
    }

    synchronized void write(RowBatch rows) throws RocksDBException {
        batch.clear();
        putSmall(rows.serialised());
        for (RowBatch.LargeRow row : rows.large()) {
            put(row);
        }
        database.rocks().write(database.writeOptions(), batch);
        if (rows.size() > MAX_KEPT_BYTES) {
            batch.close();
            batch = new WriteBatch();
        }
    }

    private void put(RowBatch.LargeRow row) throws RocksDBException {
        var handle = database.handle(row.family());
        Slice value = row.value();
        if (value.length() == value.array().length) {
            batch.put(handle, row.key(), value.array());
        } else {
            // A part of an array: JNI would copy the whole of it.
            stagedKey.clear().put(row.key()).flip();
            stagedValue
                    .clear()
                    .put(value.array(), value.offset(), value.length())
                    .flip();
            batch.put(handle, stagedKey, stagedValue);
        }
    }

    /** Adds serialised rows; the layout is told in {@link BatchBuilder}, which made them. */
    private void putSmall(byte[] serialised) throws RocksDBException {
        var reader = new RowReader(serialised);
        while (reader.hasNext()) {
            byte tag = reader.readByte();
            var handle = database.handle(ColumnFamily.ofNumber(reader.readByte()));
            byte[] key = reader.readBytes();
            switch (tag) {
                case BatchBuilder.VALUE -> batch.put(handle, key, reader.readBytes());
                case BatchBuilder.DELETION -> batch.delete(handle, key);
                case BatchBuilder.RANGE_DELETION -> batch.deleteRange(handle, key, reader.readBytes());
                default -> throw new IllegalStateException("a write batch holds a row with tag " + tag);
            }
        }
    }

    @Override
    public synchronized void close() {
        batch.close();
    }

    /** Reads forward through serialised rows. */
    private static final class RowReader {
        private final byte[] array;
        private int at = BatchBuilder.HEADER_SIZE;

        RowReader(byte[] array) {
            this.array = array;
        }

        boolean hasNext() {
            return at < array.length;
        }

        byte readByte() {
            return array[at++];
        }

        byte[] readBytes() {
            int length = 0;
            for (int shift = 0; ; shift += 7) {
                byte next = array[at++];
                length |= (next & 0x7F) << shift;
                if (next >= 0) {
                    break;
                }
            }
            at += length;
            return Arrays.copyOfRange(array, at - length, at);
        }
    }
}
