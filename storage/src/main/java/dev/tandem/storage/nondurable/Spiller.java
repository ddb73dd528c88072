package dev.tandem.storage.nondurable;

import dev.tandem.storage.StorageException;
import dev.tandem.storage.StorageException.StorageFailure;
import dev.tandem.storage.rocksdb.BatchBuilder;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;
import dev.tandem.storage.schema.TransientChunk;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes chunks to the family {@code transient}, and deletes what nobody needs any more, on a thread of its own.
 *
 * <p>While the budget asks for it, the owner whose logs are largest is told to give some up. What it gives comes back as
 * writes, and its memory is free once a flush has put them into a file: what only the memtable had would be lost if
 * RocksDB had to be opened anew. Nothing goes through the write-ahead log. Flushing every few MiB, and waiting for it, is
 * also what keeps this family from ever stalling the writes of the others.
 */
final class Spiller implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Spiller.class);
    /** The commit thread waits for a batch of this size at most, or for one large message. */
    private static final int BATCH_BYTES = 1 << 20;
    /** What is asked for at once, and flushed at once; well below the size of the family's memtable. */
    private static final long MAX_STEP_BYTES = 8 << 20;
    /** A budget is spilled in so many steps, or more: one brings it from where spilling begins to where it ends. */
    private static final int STEPS_PER_BUDGET = 8;
    /** So many steps may be under way. */
    private static final int MAX_STEPS_LEAVING = 3;
    /** The disk space of so much that was deleted is given back at once, when it is a quarter of all. */
    private static final long RECLAIM_BYTES = 64 << 20;
    /** This much is worth it when there is nothing else to do. */
    private static final long IDLE_RECLAIM_BYTES = 4 << 20;

    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long ERROR_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    /** How long an owner that had nothing to give is left alone. */
    private static final long DRY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final RocksStore store;
    private final Collection<OwnedLogs> owners;
    private final MemoryBudget budget;
    private final Consumer<String> onFailure;
    private final long stepBytes;
    private final SpillQueue queue = new SpillQueue();
    private final AtomicLong storedBytes = new AtomicLong();
    private final AtomicLong storedChunks = new AtomicLong();
    private final AtomicLong reclaimableBytes = new AtomicLong();
    private final Thread thread = new Thread(this::run, "tandem-spill");
    private volatile boolean closed;

    // The thread's.
    private final BatchBuilder rows = new BatchBuilder(BATCH_BYTES + (BATCH_BYTES >> 2));
    private List<SpillWrite> unflushed = new ArrayList<>();
    private long unflushedBytes;
    /** Deletions that only the memtable has: where it is lost, so are they, and the rows are there again. */
    private List<Forgotten> undeleted = new ArrayList<>();
    /** Which opening of the database the memtable belongs to that has the first of both. */
    private int unflushedIn;

    /** Taken off the queue, and not among the unflushed yet. */
    private List<SpillWrite> writesInHand = List.of();

    private List<Forgotten> deletionsInHand = List.of();
    private boolean used;
    /** Rows that only the memtable has keep the write-ahead log of all families from being deleted. */
    private boolean memtableUsed;

    private boolean failing;
    private long failedNanos;

    /**
     * A spiller that is not started.
     *
     * @param owners whose logs there are; may grow
     * @param onFailure hears why the disk took no chunks
     */
    Spiller(RocksStore store, Collection<OwnedLogs> owners, long budgetBytes, Consumer<String> onFailure) {
        this.store = store;
        this.owners = owners;
        this.onFailure = onFailure;
        this.budget = new MemoryBudget(budgetBytes, queue::wake);
        this.stepBytes = Math.min(MAX_STEP_BYTES, Math.max(1, budgetBytes / STEPS_PER_BUDGET));
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    MemoryBudget budget() {
        return budget;
    }

    /** Bytes on disk of chunks that hold messages; any thread. */
    long storedBytes() {
        return storedBytes.get();
    }

    /** How many chunks these are; any thread. */
    long storedChunks() {
        return storedChunks.get();
    }

    // ---- what owners call

    /** A chunk is to be written. */
    void write(SpillWrite write) {
        queue.write(write);
    }

    /** Nobody needs these offsets of a log any more, of which the disk may have some. */
    void forget(Forgotten range, int chunks, long bytes) {
        storedChunks.addAndGet(-chunks);
        storedBytes.addAndGet(-bytes);
        reclaimableBytes.addAndGet(bytes);
        queue.forget(range);
    }

    // ---- the thread

    private void run() {
        Throwable error = null;
        while (!closed) {
            try {
                if (error == null) {
                    turn();
                } else {
                    breakOff(error);
                    error = null;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException | Error e) {
                // A lack of memory perhaps; nobody else would ever make room again.
                error = e;
                LockSupport.parkNanos(this, ERROR_PAUSE_NANOS);
            }
        }
    }

    private void turn() throws InterruptedException {
        if (failing && System.nanoTime() - failedNanos < RETRY_NANOS) {
            queue.await(RETRY_NANOS);
            return;
        }
        ask();
        writesInHand = queue.takeWrites(BATCH_BYTES);
        deletionsInHand = queue.takeForgotten();
        if (!writesInHand.isEmpty() || !deletionsInHand.isEmpty()) {
            write(writesInHand, deletionsInHand);
        } else if (!unflushed.isEmpty()) {
            flush();
        } else if (reclaimableBytes.get() >= Math.max(RECLAIM_BYTES, storedBytes.get() / 4)) {
            reclaim();
        } else {
            await();
        }
    }

    /** What was under way when an error struck that is none of the disk's is done again. */
    private void breakOff(Throwable error) {
        rows.clear();
        queue.giveBack(deletionsInHand);
        deletionsInHand = List.of();
        stay(new StorageFailure(String.valueOf(error), error));
    }

    /** Waits for something to do; what is worth doing only in quiet times is done in them. */
    private void await() throws InterruptedException {
        boolean isPressed = budget.isPressed();
        long began = System.nanoTime();
        queue.await(isPressed ? DRY_NANOS : IDLE_NANOS);
        boolean wasQuiet = !isPressed && System.nanoTime() - began >= IDLE_NANOS;
        long freed = reclaimableBytes.get();
        if (wasQuiet && freed > 0 && (freed >= IDLE_RECLAIM_BYTES || storedChunks.get() == 0)) {
            reclaim();
        } else if (wasQuiet && memtableUsed) {
            flush();
        }
    }

    /** Tells the owner of the largest logs to give some up, when there is need. */
    private void ask() {
        long leaving = queue.leavingBytes();
        long excess = budget.excessBytes(leaving);
        if (excess == 0 || leaving >= MAX_STEPS_LEAVING * stepBytes) {
            return;
        }
        OwnedLogs largest = null;
        for (OwnedLogs owned : owners) {
            if (owned.mayBeAsked(DRY_NANOS) && (largest == null || owned.largest() > largest.largest())) {
                largest = owned;
            }
        }
        if (largest != null) {
            ask(largest, Math.min(excess, stepBytes));
        }
    }

    private void ask(OwnedLogs owned, long bytes) {
        owned.noteAsked();
        queue.addLeaving(bytes);
        try {
            owned.owner().execute(() -> {
                long given = 0;
                try {
                    given = owned.giveUp(bytes);
                } finally {
                    owned.noteAnswer(given > 0);
                    queue.addLeaving(-bytes);
                }
            });
        } catch (RejectedExecutionException e) {
            // Its thread has ended, and with it whoever used its logs.
            owners.remove(owned);
            queue.addLeaving(-bytes);
        }
    }

    private void write(List<SpillWrite> writes, List<Forgotten> forgotten) {
        var written = new ArrayList<SpillWrite>();
        long goneBytes = 0;
        for (SpillWrite write : writes) {
            if (write.chunk().isGone()) {
                goneBytes += write.heapBytes();
            } else {
                written.add(write);
                int at = rows.putInPlace(
                        ColumnFamily.TRANSIENT,
                        StorageSchema.transientKey(write.logId(), write.firstOffset()),
                        write.size());
                TransientChunk.write(write.records(), rows.array(), at);
                unflushedBytes += write.size();
            }
        }
        for (Forgotten range : forgotten) {
            byte[] from = StorageSchema.transientKey(range.logId(), range.firstOffset());
            if (range.endOffset() == range.firstOffset() + 1) {
                rows.delete(ColumnFamily.TRANSIENT, from);
            } else {
                rows.deleteRange(
                        ColumnFamily.TRANSIENT, from, StorageSchema.transientKey(range.logId(), range.endOffset()));
            }
        }
        used = true;
        memtableUsed = true;
        if (unflushed.isEmpty() && undeleted.isEmpty()) {
            unflushedIn = store.openings();
        }
        unflushed.addAll(written);
        writesInHand = List.of();
        queue.addLeaving(-goneBytes);
        try {
            if (!rows.isEmpty()) {
                store.writeUnlogged(rows.finish());
            }
            undeleted.addAll(forgotten);
            deletionsInHand = List.of();
        } catch (StorageException e) {
            queue.giveBack(forgotten);
            deletionsInHand = List.of();
            fail(e);
        } finally {
            rows.clear();
        }
        if (unflushedBytes >= stepBytes) {
            flush();
        }
    }

    private void flush() {
        try {
            store.flush(ColumnFamily.TRANSIENT);
        } catch (StorageException e) {
            fail(e);
            return;
        }
        memtableUsed = false;
        List<Forgotten> deleted = undeleted;
        undeleted = new ArrayList<>();
        if (store.openings() != unflushedIn && !(unflushed.isEmpty() && deleted.isEmpty())) {
            // Opened again since they were written: that memtable is gone, and nothing was flushed.
            queue.giveBack(deleted);
            tellOwners(takeUnflushed(), false);
            return;
        }
        if (failing) {
            failing = false;
            LOGGER.info("messages of non-durable queues are spilled again");
        }
        tellOwners(takeUnflushed(), true);
    }

    private List<SpillWrite> takeUnflushed() {
        List<SpillWrite> taken = unflushed;
        unflushed = new ArrayList<>();
        unflushedBytes = 0;
        return taken;
    }

    /** The disk has failed: what could not be written stays in memory, until it takes that. */
    private void fail(StorageException reason) {
        if (!closed) {
            onFailure.accept("messages of non-durable queues could not be spilled: " + reason.getMessage());
        }
        stay(reason);
    }

    private void stay(StorageException reason) {
        failedNanos = System.nanoTime();
        if (!failing && !closed) {
            failing = true;
            LOGGER.warn(
                    "messages of non-durable queues cannot be spilled; past {} bytes in memory publishers wait: {}",
                    budget.limitBytes(),
                    reason.getMessage());
        }
        List<SpillWrite> unwritten = takeUnflushed();
        unwritten.addAll(writesInHand);
        writesInHand = List.of();
        unwritten.addAll(queue.takeWrites(Long.MAX_VALUE));
        tellOwners(unwritten, false);
    }

    private void tellOwners(List<SpillWrite> writes, boolean areWritten) {
        Map<OwnedLogs, List<SpillWrite>> byOwner = new LinkedHashMap<>();
        for (SpillWrite write : writes) {
            byOwner.computeIfAbsent(write.owned(), ignored -> new ArrayList<>()).add(write);
        }
        byOwner.forEach((owned, its) -> {
            try {
                owned.owner().execute(() -> its.forEach(write -> settle(write, areWritten)));
            } catch (RejectedExecutionException e) {
                its.forEach(write -> queue.addLeaving(-write.heapBytes()));
            }
        });
    }

    private void settle(SpillWrite write, boolean isWritten) {
        if (write.chunk().isGone()) {
            // Forgotten as it is, its row will be deleted.
            reclaimableBytes.addAndGet(isWritten ? write.size() : 0);
        } else if (isWritten) {
            storedChunks.incrementAndGet();
            storedBytes.addAndGet(write.size());
            write.log().written(write.chunk(), write.size());
        } else {
            write.log().notWritten(write.chunk());
        }
        queue.addLeaving(-write.heapBytes());
    }

    /** Gives disk space back: rows are small, what they refer to lies in files of its own that go when no row does. */
    private void reclaim() {
        long bytes = reclaimableBytes.get();
        flush();
        if (memtableUsed) {
            return; // the disk takes nothing
        }
        try {
            store.compactAll(ColumnFamily.TRANSIENT);
            reclaimableBytes.addAndGet(-bytes);
        } catch (StorageException e) {
            fail(e);
        }
    }

    /** Ends the thread and empties the family; what is in memory stays there. */
    @Override
    public void close() {
        closed = true;
        queue.wake();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (used) {
            try {
                store.empty(ColumnFamily.TRANSIENT);
            } catch (StorageException e) {
                LOGGER.warn("what was spilled stays on the disk until the next start: {}", e.getMessage());
            }
        }
    }
}
