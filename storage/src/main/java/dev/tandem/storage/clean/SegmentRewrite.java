package dev.tandem.storage.clean;

import dev.tandem.storage.commit.Change;
import dev.tandem.storage.log.LogRead;
import dev.tandem.storage.log.LogState;
import dev.tandem.storage.record.Envelope;
import dev.tandem.storage.record.RecordBatchLayout;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.record.StoredEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Compacts entries of one segment, in ranges of bounded size that are one commit each. Cleaner's thread. */
final class SegmentRewrite {
    private static final int READ_BYTES = 1 << 20;
    /** Survivors of neighbouring entries share one up to this size. */
    private static final int ENTRY_BYTES = 256 << 10;
    /** Most that one commit writes: the commit thread is held up while it does. */
    private static final int RANGE_BYTES = 4 << 20;

    private final LogState log;
    private final Compaction compaction;
    private final OffsetMap newest;
    private final long mappedEnd;
    private final CleaningRound round;
    private final CompactionTotals totals;
    private final List<StoredEntry> survivors = new ArrayList<>();
    private final List<StoredEntry> merging = new ArrayList<>();
    private long rangeStart;
    private long rangeEnd;
    private long rangeBatches;
    private long rangeRecords;
    private long rangeBytes;
    private long survivingBytes;
    private long mergingBytes;
    private boolean changed;
    private long earliestHorizon = Long.MAX_VALUE;

    /**
     * A rewrite of parts of a log.
     *
     * @param newest the newest offsets of the keys from the dirty part, which ends at {@code mappedEnd}
     */
    SegmentRewrite(
            LogState log,
            Compaction compaction,
            OffsetMap newest,
            long mappedEnd,
            CleaningRound round,
            CompactionTotals totals) {
        this.log = log;
        this.compaction = compaction;
        this.newest = newest;
        this.mappedEnd = mappedEnd;
        this.round = round;
        this.totals = totals;
    }

    /** When the first tombstone that was met may go. */
    long earliestHorizon() {
        return earliestHorizon;
    }

    /** Compacts the entries from one offset up to another, both where entries begin or end, within one segment. */
    void run(long first, long end) throws InterruptedException {
        startRange(first);
        long next = first;
        while (next < end) {
            LogRead read = log.read(next, end, READ_BYTES);
            for (StoredEntry entry : read.entries()) {
                if (entry.baseOffset() < end) {
                    add(entry);
                }
            }
            if (read.nextOffset() <= next || read.entries().isEmpty()) {
                break;
            }
            next = read.nextOffset();
            if (survivingBytes >= RANGE_BYTES) {
                commitRange(rangeEnd);
            }
        }
        commitRange(end);
    }

    private void startRange(long offset) {
        rangeStart = offset;
        rangeEnd = offset;
        rangeBatches = 0;
        rangeRecords = 0;
        rangeBytes = 0;
        survivingBytes = 0;
        changed = false;
        survivors.clear();
    }

    private void add(StoredEntry entry) throws InterruptedException {
        round.breakOffIfClosing();
        Slice batches = entry.batches();
        Slice kept = compaction
                .rewriter()
                .retain(
                        batches,
                        (key, offset) -> offset >= mappedEnd || offset >= newest.get(key),
                        round.nowMillis(),
                        compaction.deleteRetentionMillis());
        changed |= !kept.equals(batches);
        rangeEnd = entry.endOffset();
        rangeBatches += countBatches(batches);
        rangeRecords += entry.recordCount();
        rangeBytes += batches.length();
        if (kept.isEmpty()) {
            return;
        }
        noteHorizons(kept);
        if (mergingBytes + kept.length() > ENTRY_BYTES) {
            flushMerging();
        }
        merging.add(withBatches(entry, List.of(kept)));
        mergingBytes += kept.length();
        survivingBytes += kept.length();
    }

    private static int countBatches(Slice batches) {
        int end = batches.offset() + batches.length();
        int count = 0;
        for (int at = batches.offset(); at < end; at += RecordBatchLayout.sizeInBytes(batches.array(), at)) {
            count++;
        }
        return count;
    }

    /** Kafka's delete horizon stands in the place of the base timestamp, told by bit 6 of the attributes. */
    private void noteHorizons(Slice batches) {
        byte[] array = batches.array();
        int end = batches.offset() + batches.length();
        for (int at = batches.offset(); at < end; at += RecordBatchLayout.sizeInBytes(array, at)) {
            OptionalLong horizon = RecordBatchLayout.deleteHorizon(array, at);
            if (horizon.isPresent()) {
                earliestHorizon = Math.min(earliestHorizon, horizon.getAsLong());
            }
        }
    }

    private void flushMerging() {
        if (merging.isEmpty()) {
            return;
        }
        if (merging.size() == 1) {
            survivors.add(merging.get(0));
        } else {
            // The last one's running totals are those of the whole.
            survivors.add(withBatches(
                    merging.get(merging.size() - 1),
                    merging.stream().map(StoredEntry::batches).toList()));
        }
        merging.clear();
        mergingBytes = 0;
    }

    /** An entry of the given batches with another's running totals; it takes the offsets that the batches do. */
    private static StoredEntry withBatches(StoredEntry like, List<Slice> runs) {
        int size = runs.stream().mapToInt(Slice::length).sum();
        byte[] value = new byte[Envelope.sizeWith(0) + size];
        int at = Envelope.sizeWith(0);
        for (Slice run : runs) {
            System.arraycopy(run.array(), run.offset(), value, at, run.length());
            at += run.length();
        }
        long base = RecordBatchLayout.getLong(value, Envelope.sizeWith(0) + RecordBatchLayout.BASE_OFFSET);
        long end = base;
        for (int batch = Envelope.sizeWith(0);
                batch < value.length;
                batch += RecordBatchLayout.sizeInBytes(value, batch)) {
            end = RecordBatchLayout.getLong(value, batch + RecordBatchLayout.BASE_OFFSET)
                    + RecordBatchLayout.getInt(value, batch + RecordBatchLayout.LAST_OFFSET_DELTA)
                    + 1;
        }
        Envelope envelope = like.envelope();
        new Envelope(
                        envelope.origin(),
                        envelope.isTransient(),
                        false,
                        true,
                        Math.toIntExact(end - base),
                        envelope.earliestExpiryMillis(),
                        envelope.logBytes(),
                        envelope.transientRecords(),
                        Envelope.sizeWith(0))
                .write(value, 0);
        return new StoredEntry(base, Slice.of(value));
    }

    private void commitRange(long end) throws InterruptedException {
        flushMerging();
        if (changed && rangeStart < end) {
            round.commit(new Change.RewriteRange(log.id(), rangeStart, end, survivors, rangeRecords, rangeBytes));
            totals.rewrote(rangeBatches, rangeBytes, survivingBytes);
        }
        startRange(end);
    }
}
