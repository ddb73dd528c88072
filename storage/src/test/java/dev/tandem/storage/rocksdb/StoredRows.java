package dev.tandem.storage.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tandem.storage.schema.ColumnFamily;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** What a data directory that nobody uses holds, as RocksDB counts it. */
public final class StoredRows {
    private StoredRows() {}

    /** Range deletions in the files of all families. Opening writes the files that the write-ahead log stands for. */
    public static long rangeDeletions(Path dataDir) {
        var descriptors = new ArrayList<ColumnFamilyDescriptor>();
        for (ColumnFamily family : ColumnFamily.values()) {
            descriptors.add(new ColumnFamilyDescriptor(family.storedName().getBytes(UTF_8)));
        }
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        try (var options = new DBOptions();
                var database =
                        RocksDB.open(options, RocksDirectory.databaseOf(dataDir).toString(), descriptors, handles)) {
            long count = 0;
            for (ColumnFamilyHandle handle : handles) {
                for (var file : database.getPropertiesOfAllTables(handle).values()) {
                    count += file.getNumRangeDeletions();
                }
            }
            handles.forEach(ColumnFamilyHandle::close);
            return count;
        } catch (RocksDBException e) {
            throw new AssertionError(e);
        }
    }
}
