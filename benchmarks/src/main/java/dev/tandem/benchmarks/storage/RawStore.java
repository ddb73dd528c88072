package dev.tandem.benchmarks.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * RocksDB alone with options as good as the engine's, used the way that is fastest for it: one writer of large batches,
 * a second thread that syncs the write-ahead log: whenever something is written and not yet synced when the row's writes
 * wait for it, and otherwise as often as the engine does.
 */
final class RawStore implements AutoCloseable {
    /** Fills a batch with the units from {@code first} to {@code end}. */
    @FunctionalInterface
    interface Filler {
        void fill(WriteBatch batch, long first, long end) throws RocksDBException;
    }

    /** How long the engine leaves a write unsynced that nobody waits for. */
    private static final long MAX_AGE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Path directory;
    private final LRUCache cache = new LRUCache(192L << 20);
    private final Options options;
    private final WriteOptions writeOptions = new WriteOptions();
    private RocksDB database;

    RawStore(Path directory) {
        this.directory = directory;
        RocksDB.loadLibrary();
        options = new Options(new DBOptions(), insertingWithHints())
                .setCreateIfMissing(true)
                .setMaxBackgroundJobs(8) // two of them flush
                .setDelayedWriteRate(1L << 40)
                .setBytesPerSync(1 << 20)
                .setAllowConcurrentMemtableWrite(false)
                .setMaxTotalWalSize(512L << 20)
                .setCompressionType(CompressionType.NO_COMPRESSION)
                .setWriteBufferSize(64L << 20)
                .setMaxWriteBufferNumber(3)
                .setLevel0FileNumCompactionTrigger(8)
                .setLevel0SlowdownWritesTrigger(1 << 30)
                .setLevel0StopWritesTrigger(1 << 30)
                .setEnableBlobFiles(true)
                .setMinBlobSize(8 << 10)
                .setBlobFileSize(64L << 20)
                .setTableFormatConfig(
                        new BlockBasedTableConfig().setBlockCache(cache).setBlockSize(64 << 10));
        try {
            Files.createDirectories(directory);
            database = RocksDB.open(options, directory.toString());
        } catch (IOException | RocksDBException e) {
            throw failed(e);
        }
    }

    /** Finds each row's place beside the last one of a log near by, as the engine does; there is no setter for it. */
    private static ColumnFamilyOptions insertingWithHints() {
        var named = new Properties();
        named.setProperty("memtable_insert_with_hint_prefix_extractor", "rocksdb.FixedPrefix.7");
        return Objects.requireNonNull(ColumnFamilyOptions.getColumnFamilyOptionsFromProps(named));
    }

    Path directory() {
        return directory;
    }

    /** Writes what is in memtables to files. */
    void flush() {
        try (var flush = new FlushOptions().setWaitForFlush(true)) {
            database.flush(flush);
        } catch (RocksDBException e) {
            throw failed(e);
        }
    }

    long reopen() {
        try {
            database.close();
            long start = System.nanoTime();
            database = RocksDB.open(options, directory.toString());
            return System.nanoTime() - start;
        } catch (RocksDBException e) {
            throw failed(e);
        }
    }

    /**
     * Writes units in batches; with {@code synced}, each is done once it is synced, and at most {@code window} units run
     * ahead of the last sync.
     */
    Rate write(long total, int perBatch, long window, boolean synced, Filler filler) {
        var latency = new Histogram(3);
        var syncs = new SyncThread(synced);
        long start = System.nanoTime();
        try (var batch = new WriteBatch()) {
            for (long first = 0; first < total; first += perBatch) {
                long end = Math.min(total, first + perBatch);
                long begun = System.nanoTime();
                batch.clear();
                filler.fill(batch, first, end);
                database.write(writeOptions, batch);
                if (synced) {
                    syncs.written(end, begun, window, latency);
                } else {
                    syncs.written(end);
                    latency.recordValue((System.nanoTime() - begun) / 1_000);
                }
            }
            syncs.finish(latency);
            return Rate.of(total, syncs.count, System.nanoTime() - start, latency);
        } catch (RocksDBException e) {
            throw failed(e);
        } finally {
            syncs.stop();
        }
    }

    /** Puts, reads and deletes a row without the write-ahead log, one row after the other; the result is nanoseconds. */
    long putReadDelete(int count, byte[] value) throws RocksDBException {
        try (var unlogged = new WriteOptions().setDisableWAL(true)) {
            long start = System.nanoTime();
            for (int i = 0; i < count; i++) {
                byte[] key = key(1, i);
                database.put(unlogged, key, value);
                if (database.get(key) == null) {
                    throw new IllegalStateException("the row is not there");
                }
                database.delete(unlogged, key);
            }
            return System.nanoTime() - start;
        }
    }

    /** Makes a batch of the units from {@code first} to {@code end}. */
    @FunctionalInterface
    interface Maker {
        WriteBatch make(long first, long end);
    }

    /** Writes units in batches made anew each. */
    Rate write(long total, int perBatch, Maker maker) {
        var syncs = new SyncThread(false);
        long start = System.nanoTime();
        try {
            for (long first = 0; first < total; first += perBatch) {
                long end = Math.min(total, first + perBatch);
                try (WriteBatch batch = maker.make(first, end)) {
                    database.write(writeOptions, batch);
                }
                syncs.written(end);
            }
            return Rate.of(total, System.nanoTime() - start);
        } catch (RocksDBException e) {
            throw failed(e);
        } finally {
            syncs.stop();
        }
    }

    /** Reads from a key in key order until {@code maxBytes} are read; returns the values' bytes and count. */
    Page read(byte[] from, long maxBytes) {
        long bytes = 0;
        int count = 0;
        try (var lower = new Slice(from);
                var readOptions = new ReadOptions().setIterateLowerBound(lower).setReadaheadSize(256 << 10);
                RocksIterator iterator = database.newIterator(readOptions)) {
            iterator.seek(from);
            while (iterator.isValid() && bytes < maxBytes) {
                bytes += iterator.key().length > 0 ? iterator.value().length : 0;
                count++;
                iterator.next();
            }
            iterator.status();
            return new Page(count, bytes);
        } catch (RocksDBException e) {
            throw failed(e);
        }
    }

    record Page(int count, long bytes) {}

    static byte[] key(long log, long offset) {
        return ByteBuffer.allocate(16).putLong(log).putLong(offset).array();
    }

    @Override
    public void close() {
        database.close();
        writeOptions.close();
        options.close();
        cache.close();
        Directory.delete(directory);
    }

    private static IllegalStateException failed(Exception e) {
        return new IllegalStateException("RocksDB failed: " + e.getMessage(), e);
    }

    /** Syncs what is written, as long as the run takes. */
    private final class SyncThread {
        private final Thread thread = new Thread(this::run, "raw-sync");
        private final boolean awaited;
        /** Per batch its end and when it was begun. */
        private final Queue<long[]> waiting = new ArrayDeque<>();

        private volatile long written;
        private volatile long synced;
        private volatile boolean stopping;
        private volatile long count;
        private volatile @Nullable RocksDBException failure;

        SyncThread(boolean awaited) {
            this.awaited = awaited;
            thread.start();
        }

        /** Notes writes that nobody waits for. */
        void written(long end) {
            written = end;
        }

        /** Notes a write, and waits until there is room in the window. */
        void written(long end, long begunNanos, long window, Histogram latency) {
            waiting.add(new long[] {end, begunNanos});
            written = end;
            LockSupport.unpark(thread);
            noteSynced(latency);
            while (end - synced > window - 1 && !stopping) {
                LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(20));
                noteSynced(latency);
            }
        }

        private void noteSynced(Histogram latency) {
            long now = System.nanoTime();
            for (long[] head = waiting.peek(); head != null && head[0] <= synced; head = waiting.peek()) {
                waiting.poll();
                latency.recordValue((now - head[1]) / 1_000);
            }
        }

        void finish(Histogram latency) throws RocksDBException {
            while (awaited && synced < written && !stopping) {
                LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(20));
            }
            if (failure != null) {
                throw failure;
            }
            noteSynced(latency);
        }

        void stop() {
            stopping = true;
            LockSupport.unpark(thread);
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void run() {
            try {
                while (!stopping) {
                    if (!awaited) {
                        awaitAge();
                    }
                    long end = written;
                    if (end != synced) {
                        database.syncWal();
                        count++;
                        synced = end;
                    } else if (awaited) {
                        LockSupport.park(this);
                    }
                }
            } catch (RocksDBException e) {
                failure = e;
                stopping = true;
            }
        }

        private void awaitAge() {
            long due = System.nanoTime() + MAX_AGE_NANOS;
            for (long left = MAX_AGE_NANOS; left > 0 && !stopping; left = due - System.nanoTime()) {
                LockSupport.parkNanos(this, left);
            }
        }
    }
}
