package dev.tandem.storage.rocksdb;

import dev.tandem.storage.buffer.Lease;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.schema.ColumnFamily;
import java.util.List;

/**
 * Rows that are written together or not at all: small ones in RocksDB's serialised form, large values
 * behind them. It can be written again until its lease is released. See decision 0002.
 */
public final class RowBatch {
    /** A batch without rows. */
    public static final RowBatch EMPTY = new BatchBuilder(0).build();

    private final byte[] serialised;
    private final List<LargeRow> large;
    private final Lease lease;
    private final long size;

    RowBatch(byte[] serialised, List<LargeRow> large, Lease lease) {
        this.serialised = serialised;
        this.large = List.copyOf(large);
        this.lease = lease;
        long bytes = serialised.length;
        for (LargeRow row : large) {
            bytes += row.key.length + row.value.length();
        }
        this.size = bytes;
    }

    /** Bytes of all rows. */
    public long size() {
        return size;
    }

    public boolean isEmpty() {
        return serialised.length == BatchBuilder.HEADER_SIZE && large.isEmpty();
    }

    /** Where the large values lie. */
    public Lease lease() {
        return lease;
    }

    /** The small rows, in RocksDB's form. */
    public byte[] serialised() {
        return serialised;
    }

    /** The large rows, written behind the small ones. */
    List<LargeRow> large() {
        return large;
    }

    /** A row that crosses JNI on its own. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record LargeRow(ColumnFamily family, byte[] key, Slice value) {}
}
