package dev.tandem.storage.clean;

/**
 * How a log is compacted: of each key only the newest record stays. Names and meaning as Kafka's topic configs.
 *
 * @param rewriter opens the log's batches
 * @param minDirtyRatio part of the log that must be dirty before it is worth a run ({@code min.cleanable.dirty.ratio})
 * @param minLagMillis age below which records are not touched ({@code min.compaction.lag.ms})
 * @param maxLagMillis age past which dirty records are compacted whatever their part is ({@code max.compaction.lag.ms})
 * @param deleteRetentionMillis how long a tombstone stays once it is compacted ({@code delete.retention.ms})
 * @param segmentMillis age at which the open segment is completed ({@code segment.ms})
 * @param segmentBytes size at which it is completed, if less than the usual ({@code segment.bytes})
 */
public record Compaction(
        BatchRewriter rewriter,
        double minDirtyRatio,
        long minLagMillis,
        long maxLagMillis,
        long deleteRetentionMillis,
        long segmentMillis,
        long segmentBytes) {}
