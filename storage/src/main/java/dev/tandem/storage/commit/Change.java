package dev.tandem.storage.commit;

import dev.tandem.storage.catalog.Definition;
import dev.tandem.storage.catalog.DefinitionKey;
import dev.tandem.storage.group.GroupRecord;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.record.StoredEntry;
import dev.tandem.storage.schema.Segment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One change of state within a {@link Commit}. Values: deterministic when applied, free of clocks and randomness; the
 * caller stamps times and ids into them. One commit holds at most one batch per log and producer.
 */
public sealed interface Change {

    /** Cost against the {@link AppendBudget}, in bytes. */
    default int budgetBytes() {
        return 0;
    }

    /** Calls the visitor's method for this kind of change. */
    long accept(Visitor visitor);

    /** One method per kind of change; a new kind does not compile until every visitor handles it. */
    interface Visitor {
        long visit(AppendBatch change);

        long visit(StoreBody change);

        long visit(AppendMessage change);

        long visit(Acknowledge change);

        long visit(CountDeliveries change);

        long visit(StoreDeliveredEnd change);

        long visit(DropCursor change);

        long visit(CreateLog change);

        long visit(DeleteLog change);

        long visit(RemoveLogs change);

        long visit(TrimLog change);

        long visit(CloseSegment change);

        long visit(DescribeSegments change);

        long visit(RewriteRange change);

        long visit(NoteCompacted change);

        long visit(Define change);

        long visit(Undefine change);

        long visit(PutGroupRecords change);

        long visit(EndGroupTransaction change);

        long visit(AllocateProducerIds change);

        long visit(ExpireProducers change);

        long visit(FreeBodies change);

        long visit(ReleaseBodies change);
    }

    /**
     * Appends one whole Kafka record batch (format v2) to a log; result: its base offset, or that of the original. Base offset and partition
     * leader epoch are patched when written, the bytes are copied then; until the result the caller must not change
     * them. The caller has validated the batch (CRC, counts, sizes).
     *
     * @param recordCount offsets the batch takes (lastOffsetDelta + 1)
     * @param maxTimestamp as validated
     * @param sequence the producer's sequence when the producer is idempotent, else null
     */
    record AppendBatch(
            long logId,
            Slice batch,
            int recordCount,
            long maxTimestamp,
            @Nullable ProducerSequence sequence) implements Change {
        @Override
        public long accept(Visitor visitor) {
            return visitor.visit(this);
        }

        @Override
        public int budgetBytes() {
            return batch.length();
        }
    }

    /**
     * Stores a body once for the {@link AppendMessage}s that follow it in the same commit, up to the next of its kind, and
     * refer to it; at least one does. Result: its id.
     *
     * @param body copied when written; until the result the caller must not change it
     * @param crc CRC-32C of the body
     */
    record StoreBody(Slice body, int crc) implements Change {
        @Override
        public long accept(Visitor visitor) {
            return visitor.visit(this);
        }

        @Override
        public int budgetBytes() {
            return body.length();
        }
    }

    /**
     * Appends one message, encoded by {@link dev.tandem.storage.record.MessageRecord}, to a log; result: its offset.
     * Messages that reach one log in one commit group share a batch.
     *
     * @param record the record's encoding from the key length on; may be shared by several appends, must not change
     * @param timestampMillis the broker's receive time
     * @param expiresAtMillis when the message expires, {@link Long#MAX_VALUE} for never
     * @param isTransient dropped when the broker starts again
     * @param sharesBody the record refers to the body of the last {@link StoreBody} before it; only logs that drop what is
     *     acknowledged take it
     */
    record AppendMessage(
            long logId,
            Slice record,
            long timestampMillis,
            long expiresAtMillis,
            boolean isTransient,
            boolean sharesBody)
            implements Change {

        /** A message whose body is in its record. */
        public AppendMessage(
                long logId, Slice record, long timestampMillis, long expiresAtMillis, boolean isTransient) {
            this(logId, record, timestampMillis, expiresAtMillis, isTransient, false);
        }

        @Override
        public long accept(Visitor visitor) {
            return visitor.visit(this);
        }

        @Override
        public int budgetBytes() {
            return record.length();
        }
    }

    /**
     * Acknowledges ranges of offsets for one cursor of a log. Offsets acknowledged before, or below the floor, are
     * ignored.
     *
     * @param ranges pairs of first offset (inclusive) and end offset (exclusive), ascending, not overlapping
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared; an array spares the hot path its boxing
    record Acknowledge(long logId, int cursorId, long[] ranges) implements Change {
        @Override
        public long accept(Visitor visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * Messages of one cursor of a log were delivered and came back: the delivery count of each offset rises by one.
     * Acknowledged offsets are ignored.
     *
     * @param ranges pairs of first offset (inclusive) and end offset (exclusive), ascending, not overlapping
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record CountDeliveries(long logId, int cursorId, long[] ranges) implements Change {
        @Override
        public long accept(Visitor visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * Stores how far a cursor has delivered, for a clean stop: after it, messages at or past this offset are not
     * flagged as redelivered.
     */
    record StoreDeliveredEnd(long logId, int cursorId, long offset) implements Change {
        @Override
        public long accept(Visitor visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * Deletes a cursor of a log with all that it acknowledged: one that is asked for again begins anew. No effect for an
     * unknown log.
     */
    record DropCursor(long logId, int cursorId) implements Change {
        @Override
        public long accept(Visitor visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * Creates an empty log under an id from {@link dev.tandem.storage.StorageEngine#allocateLogId}.
     *
     * @param retention what may be trimmed
     */
    record CreateLog(long logId, Retention retention) implements Change {
        @Override
        public long accept(Visitor visitor) {
            return visitor.visit(this);
        }

        /** What decides which records a log may drop. */
        public enum Retention {
            /** Everything below the floor of cursor 0 goes: a private queue. */
            ACKNOWLEDGED,
            /** Only {@link TrimLog} (time, size, explicit deletion): a topic's partition. */
            EXPLICIT
        }
    }

    /**
     * Deletes a log, its cursors and its producers' state: at once for everybody who asks for it, while its rows stay until
     * {@link RemoveLogs}. No effect for an unknown log.
     */
    record DeleteLog(long logId) implements Change {
        @Override
        public long accept(Visitor visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * Removes all rows of the logs from {@code firstLogId} up to, not including, {@code endLogId}; refused when one of them is
     * not deleted.
     *
     * @param bytes batch bytes that they held
     */
    record RemoveLogs(long firstLogId, long endLogId, long bytes) implements Change {
        @Override
        public long accept(Visitor visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * Raises a log's start offset; offsets past the end are clamped to it, lower ones than the start ignored. Result: the
     * start offset afterwards.
     */
    record TrimLog(long logId, long startOffset) implements Change {
        @Override
        public long accept(Visitor visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * Completes a log's open segment, so that it can be dropped without waiting until it is full. No effect when nothing was
     * appended since the last was completed.
     */
    record CloseSegment(long logId) implements Change {
        @Override
        public long accept(Visitor visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * Puts what was read of a segment in the place of one that a crash left undescribed, or of its first part. No effect,
     * result 0, when no undescribed segment begins there any more; else result 1.
     *
     * @param segments in order, without gaps
     */
    record DescribeSegments(long logId, List<Segment> segments) implements Change {
        public DescribeSegments {
            segments = List.copyOf(segments);
        }

        @Override
        public long accept(Visitor visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * Replaces the entries of a range by others with the same offsets or fewer. The range begins and ends where entries
     * do, lies in one segment below the written end, or covers several segments, which become one, and was read by the
     * caller since anybody rewrote it: a log has one rewriter, the cleaner's thread. What lies below the log's start by now
     * stays deleted. Neither start nor end of the log change.
     *
     * <p>Callers rewrite synced ranges, on account of acknowledgements that are synced. Apply does not ask: it would not
     * be deterministic, and the write-ahead log keeps the order anyway.
     *
     * @param firstOffset of the first entry of the range
     * @param endOffset of the last entry of the range, exclusive
     * @param entries in offset order, within the range, envelope and batches complete; each begins with its first batch
     *     and carries the running totals of the last entry it stands for
     * @param replacedRecords records that the range held
     * @param replacedBytes batch bytes that the range held
     */
    record RewriteRange(
            long logId,
            long firstOffset,
            long endOffset,
            List<StoredEntry> entries,
            long replacedRecords,
            long replacedBytes)
            implements Change {
        public RewriteRange {
            long from = firstOffset;
            for (StoredEntry entry : entries) {
                if (entry.baseOffset() < from || entry.endOffset() > endOffset) {
                    throw new IllegalArgumentException("the entry at offset " + entry.baseOffset() + " of log " + logId
                            + " leaves the range from " + from + " to " + endOffset);
                }
                entry.verify();
                from = entry.endOffset();
            }
            if (firstOffset >= endOffset) {
                throw new IllegalArgumentException("the range of log " + logId + " ends at " + endOffset
                        + ", not behind its first offset " + firstOffset);
            }
            entries = List.copyOf(entries);
        }

        @Override
        public long accept(Visitor visitor) {
            return visitor.visit(this);
        }

        /** Records that go. */
        public long goneRecords() {
            return Math.max(
                    0,
                    replacedRecords
                            - entries.stream()
                                    .mapToLong(StoredEntry::recordCount)
                                    .sum());
        }

        /** Batch bytes that go. */
        public long goneBytes() {
            return Math.max(
                    0,
                    replacedBytes
                            - entries.stream()
                                    .mapToLong(entry -> entry.batches().length())
                                    .sum());
        }
    }

    /** Stores that a log is compacted up to an offset. */
    record NoteCompacted(long logId, long endOffset) implements Change {
        @Override
        public long accept(Visitor visitor) {
            return visitor.visit(this);
        }
    }

    /** Stores a definition. With {@code mustBeNew} the commit is refused when its key is taken. */
    record Define(Definition definition, boolean mustBeNew) implements Change {
        @Override
        public long accept(Visitor visitor) {
            return visitor.visit(this);
        }
    }

    /** Removes a definition. With {@code mustExist} the commit is refused when there is none. */
    record Undefine(DefinitionKey key, boolean mustExist) implements Change {
        @Override
        public long accept(Visitor visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * Stores records of the group coordinator: the newest value per key; a null value deletes.
     *
     * @param baseOffset offset of the first record, as assigned by the partition's writer; the head becomes
     *     {@code baseOffset + records.size()}
     * @param transactionProducer when set, the records are pending until the transaction ends
     */
    record PutGroupRecords(
            int partition,
            long baseOffset,
            List<GroupRecord> records,
            @Nullable GroupProducer transactionProducer) implements Change {
        @Override
        public long accept(Visitor visitor) {
            return visitor.visit(this);
        }
    }

    /** Ends a producer's transaction in a coordinator partition: pending records are kept or dropped. */
    record EndGroupTransaction(int partition, long offset, long producerId, boolean commit) implements Change {
        @Override
        public long accept(Visitor visitor) {
            return visitor.visit(this);
        }
    }

    /** The producer of pending group records. */
    record GroupProducer(long producerId, short epoch) {}

    /** Reserves producer ids; result: the first. */
    record AllocateProducerIds(int count) implements Change {
        @Override
        public long accept(Visitor visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * Makes a log forget those of the given producers whose last batch has a timestamp at or before a time. Result: how
     * many went.
     */
    record ExpireProducers(long logId, List<Long> producerIds, long lastTimestampMillis) implements Change {
        public ExpireProducers {
            producerIds = List.copyOf(producerIds);
        }

        @Override
        public long accept(Visitor visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * Deletes the shared bodies of those of the given segments to which no unacknowledged message refers; the others stay.
     * Result: how many went.
     */
    record FreeBodies(List<Long> segments) implements Change {
        @Override
        public long accept(Visitor visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * Forgets that a log refers to a segment of shared bodies; when it was the last one, the segment goes. In the commit
     * that gives the log's unacknowledged messages copies of their own, and for a segment that takes no more bodies.
     */
    record ReleaseBodies(long segment, long logId) implements Change {
        @Override
        public long accept(Visitor visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * An idempotent producer's stamp on a batch.
     *
     * @param firstSequence sequence of the first record
     * @param lastSequence sequence of the last record (wraps from {@link Integer#MAX_VALUE} to 0)
     */
    record ProducerSequence(long producerId, short epoch, int firstSequence, int lastSequence) {}
}
