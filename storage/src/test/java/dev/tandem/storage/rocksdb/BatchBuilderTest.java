package dev.tandem.storage.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.storage.schema.ColumnFamily;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBatch;

/** Guards the serialised form against a change of RocksDB. */
class BatchBuilderTest {
    @Test
    void serialisesAsRocksDbDoes(@TempDir Path directory) throws Exception {
        // given
        RocksDB.loadLibrary();
        byte[] longValue = new byte[70_000];
        byte[] reservedValue = new byte[BatchBuilder.LARGE_VALUE - 1];
        var handles = new ArrayList<ColumnFamilyHandle>();
        try (var options = new DBOptions().setCreateIfMissing(true).setCreateMissingColumnFamilies(true);
                RocksDB database = RocksDB.open(
                        options,
                        directory.toString(),
                        List.of(
                                new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY),
                                new ColumnFamilyDescriptor(
                                        "records".getBytes(java.nio.charset.StandardCharsets.UTF_8))),
                        handles);
                var expected = new WriteBatch()) {
            ColumnFamilyHandle records = handles.get(1);
            expected.put(records, new byte[] {1, 2}, new byte[] {3});
            expected.put(records, new byte[] {4}, reservedValue);
            expected.put(records, new byte[] {4, 4}, longValue);
            expected.delete(records, new byte[] {5});
            expected.deleteRange(records, new byte[] {6}, new byte[] {7});

            // when
            var builder = new BatchBuilder(16);
            builder.put(ColumnFamily.RECORDS, new byte[] {1, 2}, new byte[] {3});
            builder.reserve(ColumnFamily.RECORDS, new byte[] {4}, reservedValue.length);
            builder.put(ColumnFamily.RECORDS, new byte[] {4, 4}, longValue);
            builder.delete(ColumnFamily.RECORDS, new byte[] {5});
            builder.deleteRange(ColumnFamily.RECORDS, new byte[] {6}, new byte[] {7});

            // then
            assertThat(builder.build().serialised()).isEqualTo(expected.data());
            handles.forEach(ColumnFamilyHandle::close);
        }
    }

    @Test
    void rowSizeIsWhatARowTakes() {
        for (int length : new int[] {0, 1, 127, 128, BatchBuilder.LARGE_VALUE - 1, BatchBuilder.LARGE_VALUE, 300_000}) {
            var builder = new BatchBuilder(16);
            builder.reserve(ColumnFamily.RECORDS, new byte[16], length);
            assertThat(builder.size() - BatchBuilder.HEADER_SIZE).isEqualTo(BatchBuilder.rowSize(16, length));
        }
    }
}
