package dev.tandem.console.metrics;

import dev.tandem.storage.Distribution;
import dev.tandem.storage.StorageMetrics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The engine's metrics, {@code tandem_storage_*}; {@code docs/http-api.md} lists each. */
final class StorageMeters {
    private static final double MICROS = 1e6;
    private static final double NANOS = 1e9;

    private final PrometheusMeterRegistry registry;
    private final Supplier<StorageMetrics> now;

    StorageMeters(PrometheusMeterRegistry registry, Supplier<StorageMetrics> now) {
        this.registry = registry;
        this.now = now;
    }

    void register() {
        registerWrites();
        registerMemory();
        registerSpace();
        registerLogCompaction();
        registerDatabase();
    }

    private void registerWrites() {
        counter("commits", "Commits applied", StorageMetrics::commits);
        counter("commit.groups", "Write batches", StorageMetrics::commitGroups);
        counter("written.bytes", "Bytes of write batches", StorageMetrics::bytesWritten);
        counter("syncs", "Syncs of the write-ahead log", StorageMetrics::syncs);
        histogram("commit_group_commits", "Commits of a group", StorageMetrics::groupCommits, 1);
        histogram("commit_group_bytes", "Bytes of a group's write batch", StorageMetrics::groupBytes, 1);
        histogram("sync_seconds", "Time that a sync of the write-ahead log took", StorageMetrics::syncMicros, MICROS);
        gauge("in.flight.bytes", "Bytes between socket and written commit", StorageMetrics::inFlightBytes);
    }

    private void registerMemory() {
        counter("tail.cache.hits", "Reads answered by the tail cache", StorageMetrics::tailCacheHits);
        counter("tail.cache.misses", "Reads that went to RocksDB", StorageMetrics::tailCacheMisses);
        gauge("tail.cache.bytes", "Heap of the tail cache", StorageMetrics::tailCacheBytes);
        database("memtable.bytes", "RocksDB's write buffers", StorageMetrics.Database::memtableBytes);
        database("block.cache.bytes", "RocksDB's block cache", StorageMetrics.Database::blockCacheBytes);
    }

    private void registerSpace() {
        counter("trims", "Ranges of records deleted", StorageMetrics::trims);
        counter("trimmed.bytes", "Bytes of the records deleted", StorageMetrics::trimmedBytes);
        counter(
                "reclaimed.bytes",
                "Of those, bytes whose files were dropped or rewritten",
                StorageMetrics::reclaimedBytes);
        gauge("shared.body.bytes", "Segments of shared bodies in use", StorageMetrics::sharedBodyBytes);
        gauge("transient.logs", "Logs of queues that are not durable", StorageMetrics::transientLogs);
        gauge("transient.bytes", "Heap that their messages take", StorageMetrics::transientBytes);
        gauge("spilled.bytes", "Bytes of their messages on the disk instead", StorageMetrics::spilledBytes);
        gauge("spilled.chunks", "Rows that hold these", StorageMetrics::spilledChunks);
        gauge("disk.bytes", "Files in the data directory", StorageMetrics::diskBytes);
        gauge("disk.free.bytes", "Free space of its file system", StorageMetrics::diskFreeBytes);
        database("wal.bytes", "Files of the write-ahead log", StorageMetrics.Database::walBytes);
        database("live.data.bytes", "RocksDB's estimate of live data", StorageMetrics.Database::liveDataBytes);
    }

    private void registerLogCompaction() {
        counter("log.compaction.runs", "Runs over a compacted log", now -> now.logCompaction()
                .runs());
        counter("log.compaction.batches", "Record batches rewritten", now -> now.logCompaction()
                .batches());
        counter("log.compaction.bytes.before", "Bytes of those batches", now -> now.logCompaction()
                .bytesBefore());
        counter("log.compaction.bytes.after", "Bytes of what is left of them", now -> now.logCompaction()
                .bytesAfter());
        counter(
                "log.compaction.seconds",
                "Time that the runs took",
                now -> now.logCompaction().nanos() / NANOS);
    }

    private void registerDatabase() {
        database("flushes.running", "Flushes under way", StorageMetrics.Database::runningFlushes);
        counter("flushed.bytes", "Bytes written by flushes", now -> now.database()
                .flushedBytes());
        database("compactions.running", "Compactions under way", StorageMetrics.Database::runningCompactions);
        database(
                "compaction.pending.bytes",
                "Estimate of what compactions have to rewrite",
                StorageMetrics.Database::pendingCompactionBytes);
        counter("compaction.read.bytes", "Bytes read by compactions", now -> now.database()
                .compactionReadBytes());
        counter("compaction.written.bytes", "Bytes written by compactions", now -> now.database()
                .compactionWrittenBytes());
        counter(
                "stall.seconds",
                "Time that RocksDB held up writes",
                now -> now.database().stallMicros() / MICROS);
        database("writes.stopped", "1 while RocksDB holds up writes", now -> now.writesStopped() ? 1 : 0);
        database(
                "delayed.write.bytes.per.second",
                "The rate RocksDB slows writes down to, 0 for none",
                StorageMetrics.Database::delayedWriteBytesPerSecond);
    }

    private void counter(String name, String description, ToDoubleFunction<StorageMetrics> value) {
        FunctionCounter.builder("tandem.storage." + name, now, metrics -> value.applyAsDouble(metrics.get()))
                .description(description)
                .register(registry);
    }

    private void gauge(String name, String description, ToDoubleFunction<StorageMetrics> value) {
        Gauge.builder("tandem.storage." + name, now, metrics -> value.applyAsDouble(metrics.get()))
                .description(description)
                .register(registry);
    }

    private void database(String name, String description, ToDoubleFunction<StorageMetrics.Database> value) {
        gauge(name, description, metrics -> value.applyAsDouble(metrics.database()));
    }

    /** Micrometer makes histograms of what it is told value by value; the engine has counted already. */
    private void histogram(
            String name, String description, Function<StorageMetrics, Distribution> value, double divisor) {
        Collector collector = () -> HistogramSnapshot.builder()
                .name("tandem_storage_" + name)
                .help(description)
                .dataPoint(dataPoint(value.apply(now.get()), divisor))
                .build();
        registry.getPrometheusRegistry().register(collector);
    }

    private static HistogramDataPointSnapshot dataPoint(Distribution values, double divisor) {
        int buckets = values.counts().size();
        var bounds = new double[buckets];
        var counts = new long[buckets];
        for (int i = 0; i < buckets; i++) {
            bounds[i] = i < buckets - 1 ? values.bounds().get(i) / divisor : Double.POSITIVE_INFINITY;
            counts[i] = values.counts().get(i);
        }
        return HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, counts))
                .sum(values.sum() / divisor)
                .build();
    }
}
