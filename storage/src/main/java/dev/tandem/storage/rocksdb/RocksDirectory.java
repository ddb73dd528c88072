package dev.tandem.storage.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.StorageException.DirectoryRefused;
import dev.tandem.storage.StorageException.StorageFailure;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.SchemaVersionFile;
import dev.tandem.storage.schema.StorageSchema;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.HistogramType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksObject;
import org.rocksdb.Statistics;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBufferManager;

/** Opens a data directory: refuses what must not be opened, with a sentence, and sets RocksDB's options. */
public final class RocksDirectory {
    /** Where RocksDB lives within the data directory. */
    private static final String DATABASE = "db";

    private static final long NEVER_STALL_FILES = 1 << 30;
    private static final long READ_ONLY_MEMORY_BYTES = 64L << 20;
    private static final long SOFT_PENDING_BYTES = 512L << 30;
    private static final long HARD_PENDING_BYTES = 2L << 40;
    /** A rate that nothing reaches; RocksDB's own would be 16 MB/s, from one moment to the next. */
    private static final long NEVER_DELAY_BYTES = 1L << 40;
    /** Full memtables that wait for their flush, of a third of the native memory at most each. See decision 0005. */
    private static final int MEMTABLES = 3;

    private RocksDirectory() {}

    /** Where a data directory's database lies. */
    public static Path databaseOf(Path dataDir) {
        return dataDir.resolve(DATABASE);
    }

    /**
     * Opens the database of a data directory that no broker uses, to read it and change nothing. Families that a
     * directory of an older schema version lacks read as empty.
     *
     * @throws DirectoryRefused when there is no database, a broker uses it, or a newer schema version wrote it
     */
    public static RocksStore openReadOnly(Path dataDir) {
        Path path = databaseOf(dataDir);
        if (!Files.exists(path.resolve("CURRENT"))) {
            throw new DirectoryRefused(dataDir + " is not a data directory of Tandem: there is no database in it");
        }
        if (isInUse(dataDir)) {
            throw new DirectoryRefused("the data directory " + dataDir
                    + " is in use by a broker; stop it first, or back the directory up and inspect the backup");
        }
        refuseNewer(dataDir, SchemaVersionFile.read(dataDir, StorageSchema.VERSION));
        RocksDB.loadLibrary();
        var families = existingFamilies(dataDir, path);
        return checked(dataDir, openStore(dataDir, path, families, READ_ONLY_MEMORY_BYTES, RocksDB::openReadOnly));
    }

    /** Whether a broker in another process uses a data directory: it holds the lock that RocksDB takes. */
    public static boolean isInUse(Path dataDir) {
        Path lock = databaseOf(dataDir).resolve("LOCK");
        if (!Files.isWritable(lock)) {
            return false; // a backup has none
        }
        try (var channel = FileChannel.open(lock, StandardOpenOption.WRITE);
                var held = channel.tryLock()) {
            return held == null;
        } catch (IOException e) {
            throw new StorageFailure("cannot look at " + lock + ": " + reason(e), e);
        }
    }

    /**
     * Opens or creates the database of a data directory. One of an older schema version gets the families it lacks; its
     * rows are left to {@code storage.migration}.
     *
     * @param nativeMemoryBytes block cache and memtables together
     * @throws DirectoryRefused when the directory is locked, not writable, or written by a newer schema version
     */
    public static RocksStore open(Path dataDir, long nativeMemoryBytes) {
        Path path = dataDir.resolve(DATABASE);
        requireWritable(dataDir, path);
        // Before RocksDB opens it, which already rewrites files.
        refuseNewer(dataDir, SchemaVersionFile.read(dataDir, StorageSchema.VERSION));
        RocksDB.loadLibrary();
        existingFamilies(dataDir, path);
        var families = List.of(ColumnFamily.values());
        return checked(dataDir, openStore(dataDir, path, families, nativeMemoryBytes, RocksDB::open));
    }

    /** Bytes of the database's files, the write-ahead log included. */
    public static long sizeInBytes(Path dataDir) {
        long bytes = 0;
        try (var files = Files.newDirectoryStream(dataDir.resolve(DATABASE))) {
            for (Path file : files) {
                bytes += file.toFile().length(); // 0 for one deleted meanwhile
            }
        } catch (IOException e) {
            throw new StorageFailure("cannot list the data directory " + dataDir + ": " + reason(e), e);
        }
        return bytes;
    }

    /** Bytes of the write-ahead log's files of a database. */
    public static long walBytes(Path database) {
        long bytes = 0;
        try (var files = Files.newDirectoryStream(database, "*.log")) {
            for (Path file : files) {
                bytes += file.toFile().length();
            }
        } catch (IOException e) {
            throw new StorageFailure("cannot list " + database + ": " + reason(e), e);
        }
        return bytes;
    }

    private static void requireWritable(Path dataDir, Path path) {
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw new DirectoryRefused("cannot create the data directory " + dataDir + ": " + reason(e));
        }
        if (!Files.isWritable(dataDir) || !Files.isWritable(path)) {
            throw new DirectoryRefused(
                    "cannot write to the data directory " + dataDir + ": this user has no write permission");
        }
    }

    private static String reason(IOException e) {
        return e instanceof java.nio.file.AccessDeniedException
                ? "this user has no write permission"
                : e.getClass().getSimpleName() + " " + e.getMessage();
    }

    /** The families of a database; none when there is no database yet. */
    private static List<ColumnFamily> existingFamilies(Path dataDir, Path path) {
        if (!Files.exists(path.resolve("CURRENT"))) {
            return List.of();
        }
        var names = new TreeSet<String>();
        try (var options = new Options()) {
            for (byte[] name : RocksDB.listColumnFamilies(options, path.toString())) {
                names.add(new String(name, UTF_8));
            }
        } catch (RocksDBException e) {
            throw new StorageFailure("cannot read the data directory " + dataDir + ": " + e.getMessage(), e);
        }
        var existing = Stream.of(ColumnFamily.values())
                .filter(family -> names.remove(family.storedName()))
                .toList();
        if (!names.isEmpty()) {
            throw new DirectoryRefused("the data directory " + dataDir
                    + " was written by a newer version of Tandem (it holds " + names
                    + "); start that version, or choose another directory with --data-dir");
        }
        return existing;
    }

    private static RocksStore checked(Path dataDir, RocksStore store) {
        try {
            refuseNewer(dataDir, store.schemaVersion());
            if (store.schemaVersion() < StorageSchema.OLDEST_VERSION) {
                throw new CorruptData("the data directory " + dataDir + " says it has schema version "
                        + store.schemaVersion() + ", which never was");
            }
            return store;
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    private static void refuseNewer(Path dataDir, int version) {
        if (version > StorageSchema.VERSION) {
            throw new DirectoryRefused("the data directory " + dataDir
                    + " was written by a newer version of Tandem (schema " + version + ", this one uses "
                    + StorageSchema.VERSION + "); start that version, or choose another directory with --data-dir");
        }
    }

    private static RocksStore openStore(
            Path dataDir, Path path, List<ColumnFamily> families, long nativeMemoryBytes, Opening opening) {
        RocksStore.Reopening reopening =
                uncompacted -> openDatabase(dataDir, path, families, uncompacted, nativeMemoryBytes, opening);
        return new RocksStore(path, reopening.open(EnumSet.allOf(ColumnFamily.class)), reopening);
    }

    private static OpenDatabase openDatabase(
            Path dataDir,
            Path path,
            List<ColumnFamily> families,
            Set<ColumnFamily> uncompacted,
            long nativeMemoryBytes,
            Opening opening) {
        var resources = new ArrayList<RocksObject>();
        Cache cache = new LRUCache(nativeMemoryBytes);
        var memtables = new WriteBufferManager(nativeMemoryBytes * 2 / 3, cache);
        // Counters alone: timing every call is what statistics would cost.
        var statistics = new Statistics(EnumSet.complementOf(EnumSet.of(HistogramType.HISTOGRAM_ENUM_MAX)));
        var databaseOptions = databaseOptions(memtables).setStatistics(statistics);
        resources.add(databaseOptions);
        var descriptors = new ArrayList<ColumnFamilyDescriptor>();
        for (ColumnFamily family : families) {
            var options = familyOptions(family, cache, nativeMemoryBytes)
                    .setDisableAutoCompactions(uncompacted.contains(family));
            resources.add(options);
            descriptors.add(new ColumnFamilyDescriptor(family.storedName().getBytes(UTF_8), options));
        }
        resources.add(memtables);
        resources.add(cache);
        resources.add(statistics);
        List<ColumnFamilyHandle> opened = new ArrayList<>();
        try {
            RocksDB database = opening.open(databaseOptions, path.toString(), descriptors, opened);
            var handles = new EnumMap<ColumnFamily, ColumnFamilyHandle>(ColumnFamily.class);
            for (int i = 0; i < families.size(); i++) {
                ColumnFamily family = families.get(i);
                ColumnFamilyHandle handle = opened.get(i);
                if (handle.getID() != family.number()) {
                    throw new IllegalStateException(
                            "column family " + family + " has id " + handle.getID() + " in " + dataDir);
                }
                handles.put(family, handle);
            }
            return new OpenDatabase(database, handles, statistics, resources);
        } catch (RocksDBException e) {
            resources.forEach(RocksObject::close);
            String message = String.valueOf(e.getMessage());
            if (message.contains("LOCK")) {
                throw new DirectoryRefused("the data directory " + dataDir
                        + " is in use by another broker; stop that one, or choose another directory with --data-dir");
            }
            // VerifyWals of RocksDB: a file of the log is missing, or shorter than it was when it was synced.
            if (message.contains("Missing WAL") || message.contains("Size mismatch: WAL")) {
                throw new DirectoryRefused("the data directory " + dataDir
                        + " lacks commits that were acknowledged: its write-ahead log is damaged (" + message
                        + "); restore it from a backup");
            }
            throw new StorageFailure("cannot open the data directory " + dataDir + ": " + message, e);
        }
    }

    @FunctionalInterface
    private interface Opening {
        RocksDB open(
                DBOptions options,
                String path,
                List<ColumnFamilyDescriptor> descriptors,
                List<ColumnFamilyHandle> handles)
                throws RocksDBException;
    }

    private static DBOptions databaseOptions(WriteBufferManager memtables) {
        var named = new java.util.Properties();
        // No setter in Java; lets recovery notice a WAL file that is missing or shorter than it was when synced.
        named.setProperty("track_and_verify_wals_in_manifest", "true");
        // Data files would carry the host's name, also in copies that are given away.
        named.setProperty("db_host_id", "tandem");
        // One thread flushes no faster than the commit thread writes, both being held up by the checksums of blobs.
        named.setProperty("max_background_flushes", "2");
        named.setProperty(
                "max_background_compactions",
                String.valueOf(Runtime.getRuntime().availableProcessors() > 2 ? 2 : 1));
        DBOptions options = DBOptions.getDBOptionsFromProps(named);
        return (options == null ? new DBOptions() : options)
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setParanoidChecks(true)
                .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
                .setAllowConcurrentMemtableWrite(false)
                // When flushes fall behind, the commit thread waits for the memtable it needs, not for a rate.
                .setDelayedWriteRate(NEVER_DELAY_BYTES)
                .setMaxTotalWalSize(512L << 20)
                // A sync of the WAL commits the file system's journal, which waits for data that flushes left
                // unwritten.
                .setBytesPerSync(1 << 20)
                .setWriteBufferManager(memtables)
                // Rows that are not in the log need not survive a close, and the log has all the others.
                .setAvoidFlushDuringShutdown(true)
                .setSkipStatsUpdateOnDbOpen(true)
                .setStatsDumpPeriodSec(0)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setKeepLogFileNum(4);
    }

    /** The options of a family that have no setter in Java, beside RocksDB's defaults. */
    private static ColumnFamilyOptions namedOptions(ColumnFamily family) {
        if (family != ColumnFamily.RECORDS) {
            return new ColumnFamilyOptions();
        }
        var named = new java.util.Properties();
        // A group's rows come in key order: the place of each in the memtable is sought from that of the last row of
        // its 256 logs, not from the top. See decision 0005.
        named.setProperty("memtable_insert_with_hint_prefix_extractor", "rocksdb.FixedPrefix.7");
        ColumnFamilyOptions options = ColumnFamilyOptions.getColumnFamilyOptionsFromProps(named);
        return options == null ? new ColumnFamilyOptions() : options;
    }

    private static ColumnFamilyOptions familyOptions(ColumnFamily family, Cache cache, long nativeMemoryBytes) {
        var table = new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setCacheIndexAndFilterBlocks(true)
                .setFormatVersion(6)
                .setBlockSize(family == ColumnFamily.RECORDS ? 64 << 10 : 8 << 10);
        var options = namedOptions(family)
                .setTableFormatConfig(table)
                .setCompressionType(CompressionType.NO_COMPRESSION)
                // Stalls would block the one writer; the engine's own budget pushes back instead.
                .setLevel0SlowdownWritesTrigger((int) NEVER_STALL_FILES)
                .setLevel0StopWritesTrigger((int) NEVER_STALL_FILES)
                .setSoftPendingCompactionBytesLimit(SOFT_PENDING_BYTES)
                .setHardPendingCompactionBytesLimit(HARD_PENDING_BYTES)
                .setWriteBufferSize(8 << 20);
        if (family == ColumnFamily.RECORDS) {
            options.setWriteBufferSize(Math.min(64L << 20, nativeMemoryBytes / MEMTABLES))
                    .setMaxWriteBufferNumber(MEMTABLES)
                    .setLevel0FileNumCompactionTrigger(8)
                    .setTargetFileSizeBase(64L << 20)
                    .setMaxBytesForLevelBase(512L << 20)
                    // Large batches leave the tree at flush, so that compaction does not copy them.
                    .setEnableBlobFiles(true)
                    .setMinBlobSize(8 << 10)
                    .setBlobFileSize(64L << 20)
                    .setEnableBlobGarbageCollection(true)
                    .setBlobGarbageCollectionAgeCutoff(0.25);
        } else if (family == ColumnFamily.BODIES) {
            // Every body leaves the tree at flush: what compaction sees of it is a few bytes.
            options.setWriteBufferSize(Math.min(64L << 20, nativeMemoryBytes / 3))
                    .setMaxWriteBufferNumber(4)
                    .setEnableBlobFiles(true)
                    .setMinBlobSize(1 << 10)
                    .setBlobFileSize(64L << 20)
                    .setEnableBlobGarbageCollection(true)
                    .setBlobGarbageCollectionAgeCutoff(0.25);
        }
        if (family == ColumnFamily.TRANSIENT) {
            // Written in steps far smaller than the memtable, each flushed by who writes it: no stall comes from here.
            options.setWriteBufferSize(32L << 20)
                    .setEnableBlobFiles(true)
                    .setMinBlobSize(512)
                    // A flush is a file, so that its space is free when all in it is consumed.
                    .setBlobFileSize(64L << 20);
        }
        return options;
    }
}
