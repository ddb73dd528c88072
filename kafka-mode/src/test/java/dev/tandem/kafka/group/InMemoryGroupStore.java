package dev.tandem.kafka.group;

import dev.tandem.storage.Backup;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.StorageException;
import dev.tandem.storage.StorageMetrics;
import dev.tandem.storage.alarm.AlarmListener;
import dev.tandem.storage.alarm.Alarms;
import dev.tandem.storage.alarm.StorageAlarm;
import dev.tandem.storage.catalog.Catalog;
import dev.tandem.storage.catalog.Definition;
import dev.tandem.storage.catalog.DefinitionKey;
import dev.tandem.storage.clean.LogPolicy;
import dev.tandem.storage.commit.AppendBudget;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.CommitResult;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.cursor.AckSetView;
import dev.tandem.storage.group.GroupPartition;
import dev.tandem.storage.group.GroupRecord;
import dev.tandem.storage.log.Log;
import dev.tandem.storage.nondurable.TransientLogs;
import dev.tandem.storage.producer.ActiveProducer;
import dev.tandem.storage.record.Slice;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** As much of an engine as the coordinator sees: group records, topics, and commits that can be made to fail. */
final class InMemoryGroupStore implements StorageEngine {
    private final ExecutorService commitThread = Executors.newSingleThreadExecutor();
    private final Map<Integer, Partition> partitions = new HashMap<>();
    private final Map<DefinitionKey, Definition> definitions = new HashMap<>();
    private final Alarms alarms = new Alarms(InstantSource.system());
    private final AtomicInteger failures = new AtomicInteger();
    private volatile CompletableFuture<Void> loadsAllowed = CompletableFuture.completedFuture(null);
    private long revision;

    /** From now on, lets loads wait until {@link #allowLoads}. */
    void holdLoads() {
        loadsAllowed = new CompletableFuture<>();
    }

    void allowLoads() {
        loadsAllowed.complete(null);
    }

    /** Refuses the next commits. */
    void failCommits(int count) {
        failures.set(count);
    }

    @Override
    public void submit(Commit commit) {
        commitThread.execute(() -> {
            CommitResult result = apply(commit);
            commit.executor().execute(() -> commit.listener().onResult(result));
        });
    }

    @Override
    public CompletableFuture<CommitResult> commit(Commit.Builder commit, Durability durability) {
        var done = new CompletableFuture<CommitResult>();
        submit(commit.build(durability, Runnable::run, done::complete));
        return done;
    }

    private synchronized CommitResult apply(Commit commit) {
        if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            return CommitResult.refused(new StorageException.StorageFailure("the disk failed, as it was told to"));
        }
        revision++;
        for (Change change : commit.changes()) {
            if (change instanceof Change.PutGroupRecords put) {
                partition(put.partition()).put(put);
            } else if (change instanceof Change.EndGroupTransaction end) {
                partition(end.partition()).end(end);
            } else if (change instanceof Change.Define define) {
                definitions.put(define.definition().key(), define.definition());
            } else if (change instanceof Change.Undefine undefine) {
                definitions.remove(undefine.key());
            } else if (!(change instanceof Change.CreateLog || change instanceof Change.DeleteLog)) {
                throw new IllegalArgumentException(change.toString());
            }
        }
        return CommitResult.applied(revision, new long[commit.changes().size()]);
    }

    @Override
    public void setPolicy(long logId, LogPolicy policy) {}

    @Override
    public void setProducerExpiry(Duration age) {}

    @Override
    public CompletableFuture<List<ActiveProducer>> producers(long logId) {
        return CompletableFuture.completedFuture(List.of());
    }

    private Partition partition(int number) {
        return partitions.computeIfAbsent(number, n -> new Partition());
    }

    @Override
    public CompletableFuture<GroupPartition> groupPartition(int partition) {
        return loadsAllowed.thenApply(allowed -> {
            synchronized (this) {
                return partition(partition).snapshot();
            }
        });
    }

    @Override
    public Catalog catalog() {
        return new Catalog() {
            @Override
            public Optional<Definition> find(DefinitionKey key) {
                synchronized (InMemoryGroupStore.this) {
                    return Optional.ofNullable(definitions.get(key));
                }
            }

            @Override
            public <D extends Definition> Collection<D> all(Class<D> type) {
                synchronized (InMemoryGroupStore.this) {
                    return definitions.values().stream()
                            .filter(type::isInstance)
                            .map(type::cast)
                            .toList();
                }
            }

            @Override
            public long revision() {
                synchronized (InMemoryGroupStore.this) {
                    return revision;
                }
            }
        };
    }

    @Override
    public Optional<Log> openLog(long logId) {
        return Optional.empty();
    }

    @Override
    public CompletableFuture<Log> log(long logId) {
        return CompletableFuture.failedFuture(new StorageException.NotFound("log " + logId + " has no records here"));
    }

    @Override
    public long allocateLogIds(int count) {
        return 1;
    }

    @Override
    public Executor readers() {
        return commitThread;
    }

    /** Refuses everything from now on, as after a failed write. */
    void raiseAlarm() {
        alarms.raise(StorageAlarm.Kind.WRITE_FAILED, "injected");
    }

    /** Takes commits again. */
    void clearAlarm() {
        alarms.clear(StorageAlarm.Kind.WRITE_FAILED, "recovered");
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
    public int leaderEpoch() {
        return 7;
    }

    @Override
    public AppendBudget budget() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<AckSetView> ackSet(long logId, int cursorId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean recovered() {
        return false;
    }

    @Override
    public Path dataDir() {
        throw new UnsupportedOperationException();
    }

    @Override
    public TransientLogs transientLogs() {
        throw new UnsupportedOperationException();
    }

    @Override
    public StorageMetrics metrics() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Backup backup(Path target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        commitThread.shutdown();
    }

    private record PendingKey(long producerId, Slice key) {}

    /** One coordinator partition. */
    private static final class Partition {
        private final TreeMap<Slice, GroupPartition.Committed> committed = new TreeMap<>();
        private final Map<PendingKey, GroupPartition.Pending> pending = new HashMap<>();
        private long nextOffset;

        void put(Change.PutGroupRecords put) {
            long offset = put.baseOffset();
            for (GroupRecord record : put.records()) {
                var producer = put.transactionProducer();
                if (producer == null) {
                    settle(offset, record);
                } else {
                    pending.put(
                            new PendingKey(producer.producerId(), record.key()),
                            new GroupPartition.Pending(offset, producer.producerId(), producer.epoch(), record));
                }
                offset++;
            }
            nextOffset = offset;
        }

        void end(Change.EndGroupTransaction end) {
            var ended = pending.values().stream()
                    .filter(entry -> entry.producerId() == end.producerId())
                    .toList();
            for (var entry : ended) {
                pending.remove(new PendingKey(entry.producerId(), entry.record().key()));
                var current = committed.get(entry.record().key());
                if (end.commit() && (current == null || current.recordOffset() < entry.recordOffset())) {
                    settle(entry.recordOffset(), entry.record());
                }
            }
            nextOffset = end.offset() + 1;
        }

        private void settle(long offset, GroupRecord record) {
            Slice value = record.value();
            if (value == null) {
                committed.remove(record.key());
                pending.keySet().removeIf(key -> key.key().equals(record.key()));
            } else {
                committed.put(record.key(), new GroupPartition.Committed(offset, record.key(), value));
            }
        }

        GroupPartition snapshot() {
            return new GroupPartition(
                    nextOffset,
                    committed.values().stream().toList(),
                    pending.values().stream()
                            .sorted(Comparator.comparingLong(GroupPartition.Pending::recordOffset))
                            .toList());
        }
    }
}
