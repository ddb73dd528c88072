package dev.tandem.storage.commit;

import dev.tandem.storage.Distribution;
import dev.tandem.storage.StorageConfig.SyncPolicy;
import dev.tandem.storage.StorageException;
import dev.tandem.storage.log.LogState;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.rocksdb.RowBatch;
import dev.tandem.storage.schema.StorageSchema;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jctools.queues.MpscUnboundedArrayQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The single-node form of the commit path: one thread takes all commits that wait, applies them, writes one batch, shows
 * readers the result and sends results to their owners' executors. There is no linger: the commits that arrive while a
 * group is written are the next group.
 *
 * <p>{@link #submit} may be called from any thread; the commit thread never runs a listener.
 */
public final class CommitPipeline {
    private static final Logger LOGGER = LoggerFactory.getLogger(CommitPipeline.class);
    private static final long MAX_GROUP_BYTES = 4 << 20;
    /**
     * Bytes of large commits in a group. Callers with a window of a few MiB would else have all of it in one group, which is
     * written while nothing is synced, and synced while nothing is written.
     */
    private static final long MAX_LARGE_BYTES = 1 << 20;

    private static final int LARGE_COMMIT_BYTES = 8 << 10;
    private static final int MAX_GROUP_COMMITS = 16_384;

    private final EngineState state;
    private final RocksStore store;
    private final WriteGate gate;
    private final SyncLoop syncLoop;
    private final ByteBudget budget;
    private final SyncPolicy syncPolicy;
    /** Tickets, and tasks that must run between groups. */
    private final MpscUnboundedArrayQueue<Object> queue = new MpscUnboundedArrayQueue<>(1024);

    private final DistributionRecorder groupCommits =
            new DistributionRecorder(1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000);
    private final DistributionRecorder groupBytes =
            new DistributionRecorder(256, 1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20, 4 << 20, 16 << 20);

    private final AtomicBoolean idle = new AtomicBoolean();
    private final Thread thread;
    /** Commits that were taken off the queue, and neither answered nor handed to the sync loop. Commit thread. */
    private List<Ticket> unanswered = List.of();
    /** What they hold of the budget. Commit thread. */
    private long takenBytes;

    private volatile boolean stopping;
    private volatile boolean ended;
    private volatile int leaderEpoch;
    private volatile long appliedIndex;
    private volatile long commits;
    private volatile long groups;
    private volatile long bytesWritten;

    /**
     * A pipeline that goes on from a recovered state.
     *
     * @param appliedIndex index of the last group written
     */
    public CommitPipeline(
            EngineState state,
            RocksStore store,
            WriteGate gate,
            int leaderEpoch,
            long appliedIndex,
            SyncLoop syncLoop,
            SyncPolicy syncPolicy,
            long budgetBytes) {
        this.state = state;
        this.store = store;
        this.gate = gate;
        this.leaderEpoch = leaderEpoch;
        this.appliedIndex = appliedIndex;
        this.syncLoop = syncLoop;
        this.syncPolicy = syncPolicy;
        this.budget = new ByteBudget(budgetBytes);
        this.thread = new Thread(this::run, "tandem-commit");
        thread.setDaemon(true);
    }

    /** Starts the commit thread. */
    public void start() {
        thread.start();
    }

    public AppendBudget budget() {
        return budget;
    }

    /** See {@link dev.tandem.storage.StorageEngine#submit}. */
    public void submit(Commit commit) {
        var ticket = new Ticket(commit);
        budget.take(ticket.budgetBytes);
        offer(ticket);
    }

    /** Computes something on the commit thread, where the state is that of the last written group. */
    public <T> CompletableFuture<T> query(Supplier<T> question) {
        var answer = new CompletableFuture<T>();
        offer((Runnable) () -> {
            try {
                answer.complete(question.get());
            } catch (RuntimeException | Error e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    private void offer(Object item) {
        queue.offer(item);
        if (idle.get() && idle.compareAndSet(true, false)) {
            LockSupport.unpark(thread);
        }
        if (ended) {
            drain();
        }
    }

    /** Index of the last group written. */
    public long appliedIndex() {
        return appliedIndex;
    }

    /** See {@link dev.tandem.storage.StorageEngine#leaderEpoch}. */
    public int leaderEpoch() {
        return leaderEpoch;
    }

    /**
     * Goes on from a state that was recovered anew. Commit thread.
     *
     * @param logs those whose watchers are told to look again
     */
    void resume(long recoveredIndex, int newLeaderEpoch, Collection<LogState> logs) {
        appliedIndex = recoveredIndex;
        leaderEpoch = newLeaderEpoch;
        var now = new Deliveries();
        logs.forEach(now::moved);
        now.send();
        gate.open();
    }

    public long commits() {
        return commits;
    }

    public long groups() {
        return groups;
    }

    /** How many commits each group held. */
    public Distribution groupCommits() {
        return groupCommits.snapshot();
    }

    /** How many bytes each group's write batch had. */
    public Distribution groupBytes() {
        return groupBytes.snapshot();
    }

    public long bytesWritten() {
        return bytesWritten;
    }

    /**
     * Applies what is queued, writes the log heads and the clean mark, and ends the thread. Later commits are refused.
     */
    public void stop() {
        stopping = true;
        idle.set(false);
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            workOff();
            writeCleanMark();
        } catch (RuntimeException | Error e) {
            LOGGER.error("the commit thread could not end as it should", e);
        } finally {
            // Whatever ended the thread: who submits from now on is refused, not left waiting.
            gate.close();
            ended = true;
            drain();
        }
    }

    private void workOff() {
        while (true) {
            Object item = queue.poll();
            if (item == null) {
                if (stopping) {
                    break;
                }
                idle.set(true);
                if (queue.isEmpty() && !stopping) {
                    LockSupport.park(this);
                }
                idle.set(false);
            } else {
                handle(item);
            }
        }
    }

    /** Answers what is still queued once the thread has ended; the queue allows one consumer at a time. */
    private synchronized void drain() {
        for (Object item = queue.poll(); item != null; item = queue.poll()) {
            handle(item);
        }
    }

    /** Works off an item of the queue, and those that came to light while it did. */
    private void handle(Object first) {
        Object next = first;
        while (next != null) {
            if (next instanceof Ticket ticket) {
                next = runGroup(ticket);
            } else {
                ((Runnable) next).run();
                next = null;
            }
        }
    }

    /**
     * Takes what waits into one group and writes it.
     *
     * @return the item taken last, which must see this group written; null when there is none
     */
    private @Nullable Object runGroup(Ticket first) {
        Object next = first;
        try {
            List<Ticket> tickets = new ArrayList<>();
            unanswered = tickets;
            long largeBytes = 0;
            var group = new CommitGroup(state, leaderEpoch);
            var preconditions = new Preconditions(state, group);
            while (next instanceof Ticket ticket && (group.isEmpty() || !readsWrittenState(ticket.commit))) {
                tickets.add(ticket);
                takenBytes += ticket.budgetBytes;
                largeBytes += ticket.budgetBytes >= LARGE_COMMIT_BYTES ? ticket.budgetBytes : 0;
                applyTo(group, preconditions, ticket);
                boolean isFull = takenBytes >= MAX_GROUP_BYTES
                        || largeBytes >= MAX_LARGE_BYTES
                        || tickets.size() >= MAX_GROUP_COMMITS;
                next = isFull ? null : queue.poll();
            }
            writeGroup(group, tickets);
            return next;
        } catch (RuntimeException | Error e) {
            // Apply may have changed memory; what follows could build on what is not on disk.
            breakOff(next instanceof Ticket ticket ? ticket : null, e);
            return next instanceof Ticket ? null : next;
        }
    }

    /**
     * Gives a group up for an error that nobody reckoned with: memory is thrown away and read anew as after a failed write,
     * and whoever waits is refused, as soon as there is memory for it.
     *
     * @param last the ticket taken last, which may not be among the others yet
     */
    private void breakOff(@Nullable Ticket last, Throwable error) {
        gate.fail("a commit could not be applied", error);
        syncLoop.suspend();
        while (!unanswered.isEmpty() || last != null) {
            try {
                List<Ticket> refused = new ArrayList<>(unanswered);
                long bytes = takenBytes;
                if (last != null && !refused.contains(last)) {
                    refused.add(last);
                    bytes += last.budgetBytes;
                }
                refuseAll(refused, Objects.requireNonNull(gate.failure()));
                unanswered = List.of();
                last = null;
                takenBytes = 0;
                budget.release(bytes);
            } catch (OutOfMemoryError e) {
                LockSupport.parkNanos(this, WriteGate.MEMORY_PAUSE_NANOS);
            }
        }
    }

    /**
     * Ending a coordinator transaction reads its pending rows from RocksDB, a trim the entry that becomes the first, unless
     * the log's directory has it, a rewrite the entries at the ends of its range, the removal of deleted logs their marks.
     */
    private boolean readsWrittenState(Commit commit) {
        for (Change change : commit.changes()) {
            if (change instanceof Change.EndGroupTransaction
                    || (change instanceof Change.TrimLog trim && !isInDirectory(trim))
                    || change instanceof Change.RewriteRange
                    || change instanceof Change.RemoveLogs) {
                return true;
            }
        }
        return false;
    }

    private boolean isInDirectory(Change.TrimLog trim) {
        LogState log = state.logs().find(trim.logId());
        return log != null && log.bytesBelow(trim.startOffset()).isPresent();
    }

    private void applyTo(CommitGroup group, Preconditions preconditions, Ticket ticket) {
        StorageException refusal = gate.refusal(ticket);
        if (refusal == null) {
            refusal = preconditions.check(ticket.commit);
        }
        if (refusal != null) {
            ticket.result = CommitResult.refused(refusal);
            return;
        }
        ticket.result = group.apply(ticket.commit, appliedIndex + 1);
    }

    private void writeGroup(CommitGroup group, List<Ticket> tickets) {
        Written written = group.isEmpty() || gate.failure() != null ? null : write(group);
        long bytes = takenBytes;
        takenBytes = 0;
        budget.release(bytes);
        commits += tickets.size();
        StorageException failure = gate.failure();
        if (written == null && failure != null) {
            refuseAll(tickets, failure);
            unanswered = List.of();
            return;
        }
        var now = new Deliveries();
        List<Ticket> afterSync = new ArrayList<>();
        if (written != null) {
            groupCommits.record(tickets.size());
            written.shown.watched().forEach(now::moved);
        }
        for (Ticket ticket : tickets) {
            boolean waits = ticket.commit.durability() == Durability.SYNCED
                    && syncPolicy == SyncPolicy.ALWAYS
                    && ticket.result != null
                    && ticket.result.isApplied();
            if (waits) {
                afterSync.add(ticket);
            } else {
                now.result(ticket);
            }
        }
        now.send();
        unanswered = afterSync;
        if (written != null || !afterSync.isEmpty()) {
            Written all = written == null ? Written.nothing() : written;
            syncLoop.written(new SyncLoop.WrittenGroup(
                    appliedIndex,
                    all.batch,
                    all.shown.ends(),
                    all.shown.isAwaited(),
                    afterSync,
                    group.trimCandidates(),
                    group.freed()));
            unanswered = List.of();
            syncLoop.awaitRoom();
        }
    }

    /** Writes a group and shows readers what it changed; null when it could not be written. */
    private @Nullable Written write(CommitGroup group) {
        long index = appliedIndex + 1;
        try {
            var encoded = group.encode(index);
            store.write(encoded.batch());
            appliedIndex = index;
            groups++;
            bytesWritten += encoded.batch().size();
            groupBytes.record(encoded.batch().size());
            return new Written(encoded.batch(), group.publish(encoded, index));
        } catch (StorageException e) {
            gate.fail("the storage engine cannot write", e);
            syncLoop.suspend();
            return null;
        }
    }

    private static void refuseAll(List<Ticket> tickets, StorageException reason) {
        var deliveries = new Deliveries();
        for (Ticket ticket : tickets) {
            ticket.result = CommitResult.refused(reason);
            deliveries.result(ticket);
        }
        deliveries.send();
    }

    /** The last group of a clean stop: heads, and the mark that delivered ends hold. */
    private void writeCleanMark() {
        if (gate.failure() != null) {
            return;
        }
        var group = new CommitGroup(state, leaderEpoch);
        group.closeLogs();
        group.putMeta(StorageSchema.CLEAN_STOP, StorageSchema.u64(appliedIndex + 1));
        Written written = write(group);
        if (written != null) {
            syncLoop.written(new SyncLoop.WrittenGroup(
                    appliedIndex, written.batch, List.of(), false, List.of(), List.of(), List.of()));
        }
    }

    /** A written group. */
    private record Written(RowBatch batch, Publication shown) {
        static Written nothing() {
            return new Written(RowBatch.EMPTY, new Publication(new MovedLogs(-1)));
        }
    }
}
