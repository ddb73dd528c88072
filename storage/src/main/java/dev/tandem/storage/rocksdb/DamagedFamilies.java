package dev.tandem.storage.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tandem.storage.schema.ColumnFamily;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import org.rocksdb.LiveFileMetaData;

/**
 * The families in which compactions, or flushes, met damaged data. A compaction would meet it again and again, and each time
 * RocksDB would refuse writes to all families; so these are not compacted until the next start. Safe for use from any
 * thread.
 */
final class DamagedFamilies {
    /** Families whose large values lie in files of their own, which RocksDB does not name. */
    private static final Set<ColumnFamily> WITH_BLOBS =
            EnumSet.of(ColumnFamily.RECORDS, ColumnFamily.BODIES, ColumnFamily.TRANSIENT);

    private volatile Set<ColumnFamily> families = EnumSet.noneOf(ColumnFamily.class);
    private volatile Consumer<String> listener = sentence -> {};

    void onDamage(Consumer<String> newListener) {
        listener = newListener;
    }

    boolean has(ColumnFamily family) {
        return families.contains(family);
    }

    Set<ColumnFamily> families() {
        return families;
    }

    /**
     * Background work has met damage.
     *
     * @param message RocksDB's, which names the file unless it is one of large values
     */
    void note(OpenDatabase database, String message) {
        Set<ColumnFamily> met = familiesOf(database, message);
        synchronized (this) {
            if (families.containsAll(met)) {
                return;
            }
            met.addAll(families);
            families = met;
        }
        listener.accept("stored data is damaged (" + message + "): what lies there is refused to its readers, and "
                + met.stream().map(ColumnFamily::storedName).toList()
                + " give no disk space back until the next start; see what is damaged with ./tandem inspect --check,"
                + " delete it or restore a backup");
    }

    private static Set<ColumnFamily> familiesOf(OpenDatabase database, String message) {
        for (LiveFileMetaData file : database.rocks().getLiveFilesMetaData()) {
            if (message.contains(file.fileName())) {
                for (ColumnFamily family : ColumnFamily.values()) {
                    if (family.storedName().equals(new String(file.columnFamilyName(), UTF_8))) {
                        return EnumSet.of(family);
                    }
                }
            }
        }
        return message.contains("lob") ? EnumSet.copyOf(WITH_BLOBS) : EnumSet.allOf(ColumnFamily.class);
    }
}
