package dev.tandem.storage.commit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Changes that land atomically: all of them in one write batch, or none.
 *
 * @param changes applied in order
 * @param durability which watermark the result waits for; a refused commit answers at once
 * @param executor where the listener runs, usually an event loop; results of one group for the same executor share a
 *     task, so pass the same instance
 * @param listener hears the result
 */
public record Commit(List<Change> changes, Durability durability, Executor executor, CommitListener listener) {

    /** A commit of one change. */
    public static Commit of(Change change, Durability durability, Executor executor, CommitListener listener) {
        return new Commit(List.of(change), durability, executor, listener);
    }

    /** Starts a commit of several changes. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects changes. Not for use by several threads. */
    public static final class Builder {
        private final List<Change> changes = new ArrayList<>();

        private Builder() {}

        /** Adds a change behind the ones added so far. */
        public Builder add(Change change) {
            changes.add(change);
            return this;
        }

        public int size() {
            return changes.size();
        }

        public boolean isEmpty() {
            return changes.isEmpty();
        }

        /** The commit; the builder must not be used any more. */
        public Commit build(Durability durability, Executor executor, CommitListener listener) {
            return new Commit(changes, durability, executor, listener);
        }
    }
}
