package dev.tandem.storage;

import dev.tandem.storage.StorageException.NotFound;
import dev.tandem.storage.StorageException.StorageFailure;
import dev.tandem.storage.alarm.AlarmListener;
import dev.tandem.storage.alarm.Alarms;
import dev.tandem.storage.alarm.DiskSpace;
import dev.tandem.storage.alarm.DiskWatch;
import dev.tandem.storage.alarm.StorageAlarm;
import dev.tandem.storage.backup.OnlineBackups;
import dev.tandem.storage.body.SharedBodies;
import dev.tandem.storage.catalog.Catalog;
import dev.tandem.storage.catalog.CatalogRows;
import dev.tandem.storage.clean.AcknowledgedSpace;
import dev.tandem.storage.clean.BodyCleaning;
import dev.tandem.storage.clean.BodyInlining;
import dev.tandem.storage.clean.Cleaner;
import dev.tandem.storage.clean.CleaningPass;
import dev.tandem.storage.clean.CompactionPass;
import dev.tandem.storage.clean.LogPolicies;
import dev.tandem.storage.clean.LogPolicy;
import dev.tandem.storage.clean.ProducerExpiryPass;
import dev.tandem.storage.clean.RetentionPass;
import dev.tandem.storage.commit.AppendBudget;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.CommitPipeline;
import dev.tandem.storage.commit.CommitResult;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.commit.EngineState;
import dev.tandem.storage.commit.StartGroup;
import dev.tandem.storage.commit.SyncLoop;
import dev.tandem.storage.commit.WriteGate;
import dev.tandem.storage.commit.WriteRecovery;
import dev.tandem.storage.cursor.AckSetView;
import dev.tandem.storage.cursor.AckSets;
import dev.tandem.storage.group.GroupPartition;
import dev.tandem.storage.group.GroupRows;
import dev.tandem.storage.log.DeletedLogs;
import dev.tandem.storage.log.Log;
import dev.tandem.storage.log.LogTable;
import dev.tandem.storage.log.SpaceReclaimer;
import dev.tandem.storage.log.TailCache;
import dev.tandem.storage.migration.Migrations;
import dev.tandem.storage.nondurable.TransientLogs;
import dev.tandem.storage.producer.ActiveProducer;
import dev.tandem.storage.producer.ProducerWindows;
import dev.tandem.storage.rocksdb.RocksDirectory;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.SchemaVersionFile;
import dev.tandem.storage.schema.StorageSchema;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine of a single node: RocksDB, the commit pipeline, the sync loop and the reader pool. */
final class LocalStorageEngine implements StorageEngine {
    private static final Logger LOGGER = LoggerFactory.getLogger(LocalStorageEngine.class);
    /** More in memtables than this is written to files at a clean stop: replaying the log takes the next start longer. */
    private static final long QUICK_REPLAY_BYTES = 16 << 20;
    /** Runs a listener on the thread that has the result: for internal commits that nobody waits for. */
    private static final Executor DIRECT = Runnable::run;

    private final RocksStore store;
    private final EngineState state;
    private final CommitPipeline pipeline;
    private final SyncLoop syncLoop;
    private final SpaceReclaimer reclaimer;
    private final Cleaner cleaner;
    private final CompactionPass compaction;
    private final LogPolicies policies;
    private final ProducerExpiryPass producerExpiry;
    private final OnlineBackups backups;
    private final TransientLogs transientLogs;
    private final Path dataDir;
    private final ExecutorService readers;
    /** Completes futures: on the reader pool, or where the result is when the pool has ended with the engine. */
    private final Executor futures = this::completeFuture;

    private final Alarms alarms;
    private final DiskWatch watch;
    private final boolean recovered;
    private final AtomicBoolean closed = new AtomicBoolean();

    private LocalStorageEngine(
            RocksStore store,
            EngineState state,
            CommitPipeline pipeline,
            SyncLoop syncLoop,
            SpaceReclaimer reclaimer,
            Cleaner cleaner,
            CompactionPass compaction,
            LogPolicies policies,
            ProducerExpiryPass producerExpiry,
            OnlineBackups backups,
            TransientLogs transientLogs,
            Path dataDir,
            ExecutorService readers,
            Alarms alarms,
            DiskWatch watch,
            boolean recovered) {
        this.store = store;
        this.state = state;
        this.pipeline = pipeline;
        this.syncLoop = syncLoop;
        this.reclaimer = reclaimer;
        this.cleaner = cleaner;
        this.compaction = compaction;
        this.policies = policies;
        this.producerExpiry = producerExpiry;
        this.backups = backups;
        this.transientLogs = transientLogs;
        this.dataDir = dataDir;
        this.readers = readers;
        this.alarms = alarms;
        this.watch = watch;
        this.recovered = recovered;
    }

    static LocalStorageEngine open(StorageConfig config, InstantSource clock) {
        return open(config, clock, DiskWatch.Pace.USUAL);
    }

    static LocalStorageEngine open(StorageConfig config, InstantSource clock, DiskWatch.Pace pace) {
        RocksStore store = RocksDirectory.open(config.dataDir(), config.nativeBytes());
        try {
            return start(config, clock, pace, store);
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    private static LocalStorageEngine start(
            StorageConfig config, InstantSource clock, DiskWatch.Pace pace, RocksStore store) {
        long recoveredIndex = store.readU64(StorageSchema.APPLIED_INDEX, 0);
        boolean cleanStop = recoveredIndex > 0 && store.readU64(StorageSchema.CLEAN_STOP, -1) == recoveredIndex;
        var reclaimer = new SpaceReclaimer(store);
        var alarms = new Alarms(clock);
        store.onDamage(sentence -> alarms.raise(StorageAlarm.Kind.DATA_DAMAGED, sentence));
        var space = new DiskSpace(config.dataDir(), config.diskFreeLimitBytes());
        var watch = new DiskWatch(alarms, space, pace);
        var gate = new WriteGate(alarms, watch);
        var pipelineHolder = new CommitPipeline[1];
        var syncLoop = SyncLoop.open(
                config.dataDir(),
                store,
                recoveredIndex,
                trim -> pipelineHolder[0].submit(
                        Commit.of(trim, Durability.WRITTEN, DIRECT, LocalStorageEngine::logRefusal)),
                reclaimer,
                gate,
                config.tailCacheBytes());
        Migrations.run(config.dataDir(), store);
        int epoch = StartGroup.write(store, recoveredIndex + 1);
        SchemaVersionFile.write(config.dataDir());
        var logs = new LogTable(store, config.sync(), new TailCache(config.tailCacheBytes()));
        var state = new EngineState(
                logs,
                new AckSets(store, cleanStop),
                new ProducerWindows(store),
                new GroupRows(store),
                CatalogRows.load(store),
                SharedBodies.load(store),
                new AtomicLong(store.readU64(StorageSchema.NEXT_LOG_ID, 1)),
                new AtomicLong(store.readU64(StorageSchema.NEXT_PRODUCER_ID, 1)));
        var pipeline = new CommitPipeline(
                state, store, gate, epoch, recoveredIndex + 1, syncLoop, config.sync(), config.inFlightBytes());
        pipelineHolder[0] = pipeline;
        var policies = new LogPolicies();
        var producerExpiry = new ProducerExpiryPass(state.producers());
        var compaction = new CompactionPass(state.logs()::get, logId -> compactedEnd(store, logId), policies);
        var cleaner = new Cleaner(
                pipeline::submit,
                clock,
                config.cleaningInterval(),
                passes(state, pipeline, store, policies, compaction, producerExpiry));
        ExecutorService readers = readerPool(config.readerThreads());
        var transientLogs = TransientLogs.open(
                store, readers, config.transientBytes(), reason -> raiseUnlessRaised(alarms, watch, reason));
        reclaimer.start();
        syncLoop.start(recoveredIndex + 1);
        pipeline.start();
        cleaner.start();
        watch.start(new WriteRecovery(store, state, pipeline, syncLoop, space));
        store.startCompactions();
        return new LocalStorageEngine(
                store,
                state,
                pipeline,
                syncLoop,
                reclaimer,
                cleaner,
                compaction,
                policies,
                producerExpiry,
                new OnlineBackups(store, config.dataDir()),
                transientLogs,
                config.dataDir(),
                readers,
                alarms,
                watch,
                !cleanStop);
    }

    /** What RocksDB cannot write for one family it does not write for another: the recovery is the same. */
    private static void raiseUnlessRaised(Alarms alarms, DiskWatch watch, String reason) {
        if (!alarms.stands(StorageAlarm.Kind.WRITE_FAILED)) {
            watch.writeFailed(reason + "; nothing is stored until the disk takes writes again");
        }
    }

    /** The background work of every round, in the order in which it is done. */
    private static List<CleaningPass> passes(
            EngineState state,
            CommitPipeline pipeline,
            RocksStore store,
            LogPolicies policies,
            CompactionPass compaction,
            ProducerExpiryPass producerExpiry) {
        LongFunction<CompletableFuture<AckSetView>> queues = logId -> ackSet(state, pipeline, logId, 0);
        return List.of(
                new RetentionPass(state.logs()::get, policies),
                compaction,
                new BodyCleaning(state.bodies(), queues),
                new BodyInlining(state.bodies(), state.logs(), queues),
                producerExpiry,
                new AcknowledgedSpace(state.ackSets().spaceCandidates(), queues),
                new DeletedLogs(store, state.logs()));
    }

    private static long compactedEnd(RocksStore store, long logId) {
        byte[] row = store.get(ColumnFamily.LOGS, StorageSchema.compactedKey(logId));
        return row == null ? 0 : StorageSchema.readU64(row);
    }

    private static ExecutorService readerPool(int threads) {
        var number = new AtomicInteger();
        return Executors.newFixedThreadPool(threads, task -> {
            var thread = new Thread(task, "tandem-reader-" + number.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        });
    }

    private static void logRefusal(CommitResult result) {
        if (!result.isApplied() && !(result.error() instanceof NotFound)) {
            LOGGER.warn("a trim was refused", result.error());
        }
    }

    @Override
    public void submit(Commit commit) {
        pipeline.submit(commit);
    }

    @Override
    public CompletableFuture<CommitResult> commit(Commit.Builder commit, Durability durability) {
        var future = new CompletableFuture<CommitResult>();
        pipeline.submit(commit.build(durability, futures, result -> {
            StorageException error = result.error();
            if (error == null) {
                future.complete(result);
            } else {
                future.completeExceptionally(error);
            }
        }));
        return future;
    }

    private void completeFuture(Runnable completion) {
        try {
            readers.execute(completion);
        } catch (RejectedExecutionException e) {
            completion.run();
        }
    }

    private <T> CompletableFuture<T> read(Supplier<T> question) {
        try {
            return CompletableFuture.supplyAsync(question, readers);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(new StorageFailure("the storage engine is closed"));
        }
    }

    @Override
    public AppendBudget budget() {
        return pipeline.budget();
    }

    @Override
    public long allocateLogIds(int count) {
        return state.nextLogId().getAndAdd(count);
    }

    @Override
    public Optional<Log> openLog(long logId) {
        return Optional.ofNullable(state.logs().find(logId));
    }

    @Override
    public CompletableFuture<Log> log(long logId) {
        Log open = state.logs().find(logId);
        return open != null
                ? CompletableFuture.completedFuture(open)
                : read(() -> state.logs().get(logId));
    }

    @Override
    public void setPolicy(long logId, LogPolicy policy) {
        policies.set(logId, policy);
    }

    @Override
    public void setProducerExpiry(Duration age) {
        producerExpiry.setExpiry(age);
    }

    @Override
    public CompletableFuture<List<ActiveProducer>> producers(long logId) {
        return read(() -> state.producers().list(logId));
    }

    @Override
    public CompletableFuture<AckSetView> ackSet(long logId, int cursorId) {
        return ackSet(state, pipeline, logId, cursorId);
    }

    private static CompletableFuture<AckSetView> ackSet(
            EngineState state, CommitPipeline pipeline, long logId, int cursorId) {
        return pipeline.query(
                () -> state.ackSets().of(state.logs().get(logId), cursorId).view());
    }

    @Override
    public Catalog catalog() {
        return state.catalog();
    }

    @Override
    public CompletableFuture<GroupPartition> groupPartition(int partition) {
        return read(() -> state.groups().load(partition));
    }

    @Override
    public TransientLogs transientLogs() {
        return transientLogs;
    }

    @Override
    public Executor readers() {
        return readers;
    }

    @Override
    public int leaderEpoch() {
        return pipeline.leaderEpoch();
    }

    @Override
    public Optional<StorageAlarm> alarm() {
        return alarms.current();
    }

    @Override
    public Optional<StorageAlarm> damage() {
        return alarms.damage();
    }

    @Override
    public void onAlarm(Executor executor, AlarmListener listener) {
        alarms.onAlarm(executor, listener);
    }

    @Override
    public boolean recovered() {
        return recovered;
    }

    @Override
    public Path dataDir() {
        return dataDir;
    }

    @Override
    public StorageMetrics metrics() {
        return new StorageMetrics(
                pipeline.commits(),
                pipeline.groups(),
                syncLoop.syncs(),
                pipeline.bytesWritten(),
                pipeline.groupCommits(),
                pipeline.groupBytes(),
                syncLoop.latencyMicros(),
                state.logs().cacheHits(),
                state.logs().cacheMisses(),
                state.logs().cache().sizeInBytes(),
                pipeline.budget().inFlightBytes(),
                reclaimer.trims(),
                reclaimer.trimmedBytes(),
                reclaimer.reclaimedBytes(),
                state.bodies().sizeInBytes(),
                transientLogs.count(),
                transientLogs.budget().usedBytes(),
                transientLogs.spilledBytes(),
                transientLogs.spilledChunks(),
                compaction.metrics(),
                RocksDirectory.sizeInBytes(dataDir),
                dataDir.toFile().getUsableSpace(),
                store.metrics());
    }

    @Override
    public Backup backup(Path target) {
        return backups.start(target);
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        watch.close();
        backups.close();
        cleaner.close();
        pipeline.stop();
        syncLoop.stop();
        reclaimer.close();
        transientLogs.close();
        flushForAFastStart();
        readers.shutdown();
        try {
            if (!readers.awaitTermination(5, TimeUnit.SECONDS)) {
                LOGGER.warn("readers are still busy; closing the database under them is refused to each");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        store.close();
    }

    /** The commit path, for tests. */
    CommitPipeline pipeline() {
        return pipeline;
    }

    /** The database beneath, for tests. */
    RocksStore store() {
        return store;
    }

    private void flushForAFastStart() {
        try {
            if (store.property("rocksdb.cur-size-all-mem-tables") > QUICK_REPLAY_BYTES) {
                store.flushAll();
            }
        } catch (StorageFailure e) {
            LOGGER.warn("memtables stay in the write-ahead log: {}", e.getMessage());
        }
    }
}
