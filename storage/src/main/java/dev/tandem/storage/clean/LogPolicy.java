package dev.tandem.storage.clean;

import org.jspecify.annotations.Nullable;

/**
 * What the engine may do to a log's records on its own. Kept in memory: the mode that owns the log sets it at every start.
 *
 * @param retentionMillis age past which records may go, {@link #UNLIMITED} for never
 * @param retentionBytes size past which the oldest records may go, {@link #UNLIMITED} for never
 * @param compaction how it is compacted, null when it is not
 */
public record LogPolicy(
        long retentionMillis, long retentionBytes, @Nullable Compaction compaction) {
    public static final long UNLIMITED = -1;
    /** Nothing goes. */
    public static final LogPolicy KEEP_ALL = new LogPolicy(UNLIMITED, UNLIMITED);

    /** The policy of a log that is not compacted. */
    public LogPolicy(long retentionMillis, long retentionBytes) {
        this(retentionMillis, retentionBytes, null);
    }

    public LogPolicy {
        if (retentionMillis < UNLIMITED || retentionBytes < UNLIMITED) {
            throw new IllegalArgumentException(
                    "retention of " + retentionMillis + " ms and " + retentionBytes + " bytes: the least is -1");
        }
    }

    /** The same retention, with compaction. */
    public LogPolicy compacted(Compaction how) {
        return new LogPolicy(retentionMillis, retentionBytes, how);
    }

    /** Whether age or size limits what is kept. */
    public boolean limitsRetention() {
        return retentionMillis != UNLIMITED || retentionBytes != UNLIMITED;
    }
}
