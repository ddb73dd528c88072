package dev.tandem.storage.commit;

import dev.tandem.storage.StorageException;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What became of a commit: applied whole, or refused whole with an error. */
public final class CommitResult {
    private final long index;
    private final long[] values;
    private final Map<Integer, Long> originalTimestamps;
    private final @Nullable StorageException error;

    private CommitResult(
            long index, long[] values, Map<Integer, Long> originalTimestamps, @Nullable StorageException error) {
        this.index = index;
        this.values = values;
        this.originalTimestamps = originalTimestamps;
        this.error = error;
    }

    /** An applied commit without duplicates; {@code values} as {@link #value} tells. */
    public static CommitResult applied(long index, long[] values) {
        return applied(index, values, Map.of());
    }

    /** An applied commit; the parameters as {@link #value} and {@link #originalTimestamp} tell. */
    static CommitResult applied(long index, long[] values, Map<Integer, Long> originalTimestamps) {
        return new CommitResult(index, values, originalTimestamps, null);
    }

    /** A commit of which nothing was applied. */
    public static CommitResult refused(StorageException error) {
        return new CommitResult(-1, new long[0], Map.of(), error);
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

    /**
     * When change {@code i} is an append that was a duplicate: the timestamp of the original batch, -1 if it is not known.
     * Empty for everything else.
     */
    public OptionalLong originalTimestamp(int i) {
        Long timestamp = originalTimestamps.get(i);
        return timestamp == null ? OptionalLong.empty() : OptionalLong.of(timestamp);
    }
}
