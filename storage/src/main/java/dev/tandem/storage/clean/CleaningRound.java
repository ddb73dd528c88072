package dev.tandem.storage.clean;

import dev.tandem.storage.StorageException;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.CommitResult;
import dev.tandem.storage.commit.Durability;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** What a pass is given: the time at which the round began, and a way to commit. For the cleaner's thread alone. */
public final class CleaningRound {
    /** A result only wakes the cleaner, which the thread that has it can do by itself. */
    private static final Executor DIRECT = Runnable::run;

    private final Consumer<Commit> commits;
    private final long nowMillis;

    CleaningRound(Consumer<Commit> commits, long nowMillis) {
        this.commits = commits;
        this.nowMillis = nowMillis;
    }

    /** The wall clock's time when the round began: passes judge age by it and stamp it into changes. */
    public long nowMillis() {
        return nowMillis;
    }

    /**
     * Commits changes and waits until they are written.
     *
     * @throws StorageException when the commit is refused
     */
    public CommitResult commit(Change... changes) throws InterruptedException {
        return commit(Durability.WRITTEN, changes);
    }

    /**
     * Commits changes and waits for the durability asked for.
     *
     * @throws StorageException when the commit is refused
     */
    public CommitResult commit(Durability durability, Change... changes) throws InterruptedException {
        breakOffIfClosing();
        var answer = new CompletableFuture<CommitResult>();
        commits.accept(new Commit(List.of(changes), durability, DIRECT, answer::complete));
        CommitResult result;
        try {
            result = answer.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a result is never exceptional", e);
        }
        StorageException refusal = result.error();
        if (refusal != null) {
            throw refusal;
        }
        return result;
    }

    /** For long work between commits: ends the pass when the cleaner is being closed. */
    public void breakOffIfClosing() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("the cleaner is being closed");
        }
    }
}
