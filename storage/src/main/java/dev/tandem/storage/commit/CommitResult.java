package dev.tandem.storage.commit;

import dev.tandem.storage.StorageException;
import org.jspecify.annotations.Nullable;

/** What became of a commit: applied whole, or refused whole with an error. */
public final class CommitResult {
    private final long index;
    private final long[] values;
    private final @Nullable StorageException error;

    private CommitResult(long index, long[] values, @Nullable StorageException error) {
        this.index = index;
        this.values = values;
        this.error = error;
    }

    /** An applied commit; {@code values} as {@link #value} tells. */
    public static CommitResult applied(long index, long[] values) {
        return new CommitResult(index, values, null);
    }

    /** A commit of which nothing was applied. */
    public static CommitResult refused(StorageException error) {
        return new CommitResult(-1, new long[0], error);
    }

    public boolean isApplied() {
        return error == null;
    }

    /** Why nothing was applied, null for an applied commit. */
    public @Nullable StorageException error() {
        return error;
    }

    /** The commit's index: rises by one with every commit group of this data directory. -1 when refused. */
    public long index() {
        return index;
    }

    /**
     * The number that change {@code i} of the commit produced: an append's base offset (of the original for a duplicate
     * of an idempotent producer), the first of allocated producer ids, a trimmed log's start offset, else 0.
     */
    public long value(int i) {
        return values[i];
    }
}
