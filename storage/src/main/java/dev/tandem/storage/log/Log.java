package dev.tandem.storage.log;

import dev.tandem.storage.schema.Segment;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/** An open log. Offsets count records; the log holds the offsets from {@link #startOffset} to {@link #writtenEnd}. */
public interface Log {

    long id();

    /** Lowest offset that may still be read. */
    long startOffset();

    /** One past the last record that is written. */
    long writtenEnd();

    /** One past the last record that is synced: the high watermark under {@code storage.sync=always}. */
    long syncedEnd();

    /** The end that readers of a shared log may see: {@link #syncedEnd}, or {@link #writtenEnd} with storage.sync=os. */
    long highWatermark();

    /** Bytes of the batches that are stored, headers of the engine not counted. */
    long sizeInBytes();

    /** False once the log is deleted. */
    boolean exists();

    /**
     * Reads from the tail cache only; never blocks.
     *
     * @param offset where to start: the entry that contains it comes first, or the first entry behind it
     * @param endOffset entries at or past it are left out
     * @param maxBytes reading stops before the entry that would pass it, but never before the first
     * @return empty when {@code offset} is not in the cache; a read without entries when it is at {@code endOffset}
     */
    Optional<LogRead> readCached(long offset, long endOffset, int maxBytes);

    /**
     * As {@link #readCached}, from the cache or RocksDB, then 1 MiB at most. Blocks: reader pool only. Bodies that messages share with those
     * of other logs are not read along, unless they are cached: see {@link #readMessages}.
     *
     * @throws dev.tandem.storage.StorageException.CorruptData when a batch's CRC or lengths are wrong
     */
    LogRead read(long offset, long endOffset, int maxBytes);

    /** The log's segments, oldest first; the last may still grow. A snapshot, from memory. */
    List<Segment> segments();

    /**
     * As {@link #read}, with the shared bodies of the messages from {@code offset} on, as far as they fit in
     * {@code maxBytes}. A message behind {@code offset} may come without its body: for want of room; or because it was
     * acknowledged and its body is gone; or because that is damaged. A read from its own offset brings it, or tells what is
     * wrong. Blocks: reader pool only.
     *
     * @throws dev.tandem.storage.StorageException.CorruptData as {@link #read}, and when the body of the message at
     *     {@code offset} is missing or damaged
     */
    LogRead readMessages(long offset, long endOffset, int maxBytes);

    /**
     * The first record, in the order of offsets, with a timestamp at or after the given one; empty when there is none.
     * Timestamps need not rise with offsets. Reads the segments whose timestamps allow a match. Blocks: reader pool only.
     *
     * @param endOffset records at or past it do not count
     */
    Optional<TimedOffset> firstAtOrAfter(long timestampMillis, long endOffset, EntryUnpacker unpacker);

    /** The first of the records with the largest timestamp; otherwise as {@link #firstAtOrAfter}. */
    Optional<TimedOffset> latest(long endOffset, EntryUnpacker unpacker);

    /**
     * Where a leader epoch ends: at the beginning of the next larger one that appended here, else at {@code endOffset}.
     * Blocks: reader pool only.
     *
     * @param currentEpoch the engine's leader epoch now
     * @param endOffset where the log ends for the asker
     * @return empty for an epoch past the current one
     */
    Optional<EpochEnd> endOfEpoch(int epoch, int currentEpoch, long endOffset);

    /**
     * The leader epoch of what stands at the start offset; the current one in an empty log. Blocks: reader pool only.
     *
     * @param currentEpoch the engine's leader epoch now
     */
    int startEpoch(int currentEpoch);

    /**
     * Calls {@code watcher} on {@code executor} after each commit group or sync that moved this log, until
     * {@link #unwatch}. Watchers of one executor share a task per group, and run before the results of the group's
     * commits are delivered on that executor.
     */
    void watch(Executor executor, LogWatcher watcher);

    /** Ends a {@link #watch}; a call under way may still arrive. */
    void unwatch(LogWatcher watcher);
}
