package dev.tandem.benchmarks.storage;

import dev.tandem.storage.rocksdb.BatchBuilder;
import dev.tandem.storage.schema.ColumnFamily;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.rocksdb.WriteBatch;

/** Writes rows, {@code perBatch} at a time, to RocksDB alone: serialised in Java, or put one by one. */
public record JniCrossing(int size, long count, int perBatch) {

    /** Batches built in Java and handed over whole. */
    public Rate serialised(Path directory) {
        byte[] value = EngineRun.payload(size);
        try (var store = new RawStore(directory)) {
            return store.write(count, perBatch, (first, end) -> {
                var rows = new BatchBuilder((int) (end - first) * (size + 32));
                for (long i = first; i < end; i++) {
                    rows.put(ColumnFamily.META, RawStore.key(1, i), value);
                }
                return new WriteBatch(rows.build().serialised());
            });
        }
    }

    /** A native batch, used again, that is given each row from direct buffers. */
    public Rate direct(Path directory) {
        byte[] value = EngineRun.payload(size);
        ByteBuffer stagedKey = ByteBuffer.allocateDirect(16);
        ByteBuffer stagedValue = ByteBuffer.allocateDirect(size);
        try (var store = new RawStore(directory)) {
            return store.write(count, perBatch, perBatch, false, (batch, first, end) -> {
                for (long i = first; i < end; i++) {
                    stagedKey.clear().put(RawStore.key(1, i)).flip();
                    stagedValue.clear().put(value).flip();
                    batch.put(stagedKey, stagedValue);
                }
            });
        }
    }
}
