package dev.tandem.storage.clean;

/**
 * What the engine may do to a log's records on its own. Kept in memory: the mode that owns the log sets it at every start.
 *
 * @param retentionMillis age past which records may go, {@link #UNLIMITED} for never
 * @param retentionBytes size past which the oldest records may go, {@link #UNLIMITED} for never
 */
public record LogPolicy(long retentionMillis, long retentionBytes) {
    public static final long UNLIMITED = -1;
    /** Nothing goes. */
    public static final LogPolicy KEEP_ALL = new LogPolicy(UNLIMITED, UNLIMITED);

    public LogPolicy {
        if (retentionMillis < UNLIMITED || retentionBytes < UNLIMITED) {
            throw new IllegalArgumentException(
                    "retention of " + retentionMillis + " ms and " + retentionBytes + " bytes: the least is -1");
        }
    }

    /** Whether age or size limits what is kept. */
    public boolean limitsRetention() {
        return retentionMillis != UNLIMITED || retentionBytes != UNLIMITED;
    }
}
