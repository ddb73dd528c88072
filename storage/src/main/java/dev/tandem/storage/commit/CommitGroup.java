package dev.tandem.storage.commit;

import dev.tandem.storage.catalog.Definition;
import dev.tandem.storage.catalog.DefinitionCodec;
import dev.tandem.storage.catalog.DefinitionKey;
import dev.tandem.storage.catalog.DefinitionKeyCodec;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.cursor.AckSet;
import dev.tandem.storage.cursor.AckSets;
import dev.tandem.storage.log.FreedRange;
import dev.tandem.storage.log.LogState;
import dev.tandem.storage.producer.ProducerWindow;
import dev.tandem.storage.producer.ProducerWindows;
import dev.tandem.storage.producer.Verdict;
import dev.tandem.storage.record.StoredEntry;
import dev.tandem.storage.rocksdb.BatchBuilder;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The group under construction: applies commits to the state in memory, collects their rows, and becomes one write batch.
 * Readers see nothing of it until {@link #publish}. Recovery needs no other code: rows are what apply wrote. Commit
 * thread.
 */
final class CommitGroup implements Change.Visitor {
    /** Bytes of appends after which a head row is written again. */
    private static final long HEAD_INTERVAL_BYTES = 16 << 20;
    /** Acknowledged bytes worth a trim, and the part of a long log that is: every trim leaves a range tombstone. */
    private static final long TRIM_STEP_BYTES = 4 << 20;

    private static final int TRIM_STEPS = 16;

    private static final Comparator<EntryBuilder> IN_KEY_ORDER = Comparator.<EntryBuilder>comparingLong(
                    entry -> entry.log().id())
            .thenComparingLong(EntryBuilder::baseOffset);

    private final EngineState state;
    private final int leaderEpoch;
    private final BatchBuilder rows = new BatchBuilder(512);
    private final List<EntryBuilder> entries = new ArrayList<>();
    private final Map<LogState, EntryBuilder> openEntries = new HashMap<>();
    private final Set<LogState> moved = new LinkedHashSet<>();
    private final Map<CursorKey, AckSet> dirtyAckSets = new LinkedHashMap<>();
    private final Map<ProducerKey, ProducerWindow> dirtyProducers = new LinkedHashMap<>();
    private final Map<DefinitionKey, Optional<Definition>> definitions = new LinkedHashMap<>();
    private final Set<LogState> deleted = new LinkedHashSet<>();
    private final List<TrimCandidate> trimCandidates = new ArrayList<>();
    private final Set<LogState> trimmed = new LinkedHashSet<>();
    private final List<FreedRange> freed = new ArrayList<>();

    CommitGroup(EngineState state, int leaderEpoch) {
        this.state = state;
        this.leaderEpoch = leaderEpoch;
    }

    /** Applies a commit whose preconditions hold; returns its changes' numbers. */
    long[] apply(Commit commit) {
        long[] values = new long[commit.changes().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = commit.changes().get(i).accept(this);
        }
        return values;
    }

    boolean isEmpty() {
        return entries.isEmpty() && openEntries.isEmpty() && rows.isEmpty() && dirtyAckSets.isEmpty();
    }

    /** Whether a definition exists once this group is written. */
    boolean isDefined(DefinitionKey key) {
        Optional<Definition> here = definitions.get(key);
        return here != null ? here.isPresent() : state.catalog().find(key).isPresent();
    }

    /** Whether this group deletes a log. */
    boolean deletes(LogState log) {
        return !deleted.isEmpty() && deleted.contains(log);
    }

    /** Logs whose written end, or existence, this group changes. */
    Set<LogState> moved() {
        return moved;
    }

    /** Logs of which enough is acknowledged to be worth a trim, once this group is synced. */
    List<TrimCandidate> trimCandidates() {
        return trimCandidates;
    }

    /** Ranges of records that this group deletes; their space may be given back once it is synced. */
    List<FreedRange> freed() {
        return freed;
    }

    @Override
    public long visit(Change.AppendBatch change) {
        LogState log = state.logs().get(change.logId());
        var sequence = change.sequence();
        if (sequence == null) {
            return append(log, change);
        }
        ProducerWindow window = state.producers().of(log, sequence.producerId());
        if (window.check(sequence) instanceof Verdict.Duplicate duplicate) {
            return duplicate.baseOffset();
        }
        long baseOffset = append(log, change);
        window.record(sequence, baseOffset, change.maxTimestamp());
        dirtyProducers.put(new ProducerKey(log.id(), sequence.producerId()), window);
        return baseOffset;
    }

    private long append(LogState log, Change.AppendBatch change) {
        closeEntry(openEntries.remove(log));
        long baseOffset = log.nextOffset();
        entries.add(EntryBuilder.ofBatch(log, change));
        appended(log);
        return baseOffset;
    }

    @Override
    public long visit(Change.AppendMessage change) {
        LogState log = state.logs().get(change.logId());
        EntryBuilder entry = openEntries.get(log);
        if (entry == null || !entry.accepts(change)) {
            closeEntry(entry);
            entry = EntryBuilder.ofMessages(log, change.isTransient());
            openEntries.put(log, entry);
        }
        long offset = entry.add(change);
        appended(log);
        return offset;
    }

    private void appended(LogState log) {
        moved.add(log);
    }

    private void closeEntry(@Nullable EntryBuilder entry) {
        if (entry != null) {
            entry.close();
            entries.add(entry);
        }
    }

    @Override
    public long visit(Change.Acknowledge change) {
        LogState log = state.logs().get(change.logId());
        AckSet ackSet = state.ackSets().of(log, change.cursorId());
        long[] ranges = change.ranges();
        for (int i = 0; i < ranges.length; i += 2) {
            ackSet.acknowledge(ranges[i], Math.min(ranges[i + 1], log.nextOffset()));
        }
        dirtyAckSets.put(new CursorKey(log, change.cursorId()), ackSet);
        return 0;
    }

    @Override
    public long visit(Change.StoreDeliveredEnd change) {
        LogState log = state.logs().get(change.logId());
        AckSet ackSet = state.ackSets().of(log, change.cursorId());
        ackSet.setDeliveredEnd(change.offset());
        dirtyAckSets.put(new CursorKey(log, change.cursorId()), ackSet);
        return 0;
    }

    @Override
    public long visit(Change.CreateLog change) {
        LogState log = state.logs().create(change.logId(), change.retention());
        putHead(log);
        long next = Math.max(state.nextLogId().get(), change.logId() + 1);
        rows.put(ColumnFamily.META, StorageSchema.NEXT_LOG_ID, StorageSchema.u64(next));
        return 0;
    }

    @Override
    public long visit(Change.DeleteLog change) {
        LogState log = state.logs().findOrOpen(change.logId());
        if (log == null || !deleted.add(log)) {
            return 0;
        }
        // What this group appended to the log would be written behind the deletion.
        openEntries.remove(log);
        entries.removeIf(entry -> entry.log() == log);
        dirtyAckSets.keySet().removeIf(key -> key.log == log);
        dirtyProducers.keySet().removeIf(key -> key.logId == log.id());
        moved.add(log);
        byte[] from = StorageSchema.logPrefix(log.id());
        byte[] to = StorageSchema.logPrefix(log.id() + 1);
        rows.delete(ColumnFamily.LOGS, StorageSchema.logHeadKey(log.id()));
        if (log.nextOffset() > 0) {
            freed.add(new FreedRange(log.id(), log.startEntry(), Long.MAX_VALUE, log.sizeInBytes()));
            rows.deleteRange(ColumnFamily.RECORDS, from, to);
            rows.deleteRange(ColumnFamily.CURSORS, from, to);
            rows.deleteRange(ColumnFamily.PRODUCERS, from, to);
        } else {
            // A range deletion for every queue that was never used would slow all reads; it has a head row at most.
            state.ackSets().deleteRows(log.id(), rows);
        }
        return 0;
    }

    @Override
    public long visit(Change.TrimLog change) {
        LogState log = state.logs().get(change.logId());
        // Only what is written can be found: the pipeline writes earlier commits first, so this commit alone is not.
        long target = Math.min(change.startOffset(), log.writtenEnd());
        if (target <= log.startOffset()) {
            return 0;
        }
        Optional<StoredEntry> entry = target == log.writtenEnd() ? Optional.empty() : log.entryAt(target);
        long entryBase = entry.map(StoredEntry::baseOffset).orElse(target);
        long bytesBelow = entry.map(
                        found -> found.envelope().logBytes() - found.batches().length())
                .orElse(log.writtenBytes());
        rows.deleteRange(
                ColumnFamily.RECORDS,
                StorageSchema.recordKey(log.id(), log.startEntry()),
                StorageSchema.recordKey(log.id(), entryBase));
        freed.add(new FreedRange(log.id(), log.startEntry(), entryBase, log.bytesFreedBy(bytesBelow)));
        log.trimTo(target, entryBase, bytesBelow);
        trimmed.add(log);
        // What is trimmed counts as acknowledged; ack sets opened later are raised when they are loaded.
        log.ackSets().forEach((cursorId, ackSet) -> {
            if (ackSet.floor() < target) {
                ackSet.raiseFloor(target);
                dirtyAckSets.put(new CursorKey(log, cursorId), ackSet);
            }
        });
        putHead(log);
        moved.add(log);
        return target;
    }

    @Override
    public long visit(Change.Define change) {
        Definition definition = change.definition();
        definitions.put(definition.key(), Optional.of(definition));
        rows.put(
                ColumnFamily.CATALOG,
                DefinitionKeyCodec.encodeKey(definition.key()),
                DefinitionCodec.encode(definition));
        return 0;
    }

    @Override
    public long visit(Change.Undefine change) {
        if (isDefined(change.key())) {
            definitions.put(change.key(), Optional.empty());
            rows.delete(ColumnFamily.CATALOG, DefinitionKeyCodec.encodeKey(change.key()));
        }
        return 0;
    }

    @Override
    public long visit(Change.PutGroupRecords change) {
        state.groups().put(change, rows);
        return 0;
    }

    @Override
    public long visit(Change.EndGroupTransaction change) {
        state.groups().endTransaction(change, rows);
        return 0;
    }

    @Override
    public long visit(Change.AllocateProducerIds change) {
        long first = state.nextProducerId().getAndAdd(change.count());
        rows.put(ColumnFamily.META, StorageSchema.NEXT_PRODUCER_ID, StorageSchema.u64(first + change.count()));
        return first;
    }

    /** The group as one serialised write batch; its entries become readable by {@link #publish}. */
    Encoded encode(long index) {
        openEntries.values().forEach(this::closeEntry);
        openEntries.clear();
        dirtyAckSets.forEach((key, ackSet) -> {
            AckSets.write(key.log.id(), key.cursorId, ackSet, rows);
            if (key.cursorId == 0) {
                noteTrimCandidate(key.log, ackSet);
            }
        });
        // Acknowledgements that came while a trim was under way may be worth the next one.
        for (LogState log : trimmed) {
            AckSet ackSet = log.ackSets().get(0);
            if (ackSet != null) {
                noteTrimCandidate(log, ackSet);
            }
        }
        dirtyProducers.forEach((key, window) -> ProducerWindows.write(key.logId, key.producerId, window, rows));
        for (EntryBuilder entry : entries) {
            if (entry.log().bytesSinceHead() >= HEAD_INTERVAL_BYTES) {
                putHead(entry.log());
            }
        }
        if (!definitions.isEmpty()) {
            rows.put(ColumnFamily.META, StorageSchema.CATALOG_REVISION, StorageSchema.u64(index));
        }
        rows.put(ColumnFamily.META, StorageSchema.APPLIED_INDEX, StorageSchema.u64(index));

        // In key order RocksDB finds each row's place beside the one before.
        entries.sort(IN_KEY_ORDER);
        int size = rows.size();
        for (EntryBuilder entry : entries) {
            size += entry.rowSize();
        }
        var whole = new BatchBuilder(size);
        whole.addAll(rows);
        var stored = new ArrayList<StoredEntry>(entries.size());
        var logs = new ArrayList<LogState>(entries.size());
        for (EntryBuilder entry : entries) {
            stored.add(entry.write(whole, leaderEpoch));
            logs.add(entry.log());
        }
        return new Encoded(whole.finish(), logs, stored);
    }

    /** Makes what is written visible to readers. */
    void publish(Encoded encoded, long index) {
        state.logs().cache().add(encoded.logs, encoded.entries, encoded.batch.length);
        for (LogState log : moved) {
            log.publishWritten();
        }
        deleted.forEach(state.logs()::remove);
        if (!definitions.isEmpty()) {
            definitions.forEach((key, definition) -> state.catalog().put(key, definition.orElse(null)));
            state.catalog().advanceTo(index);
        }
    }

    private void putHead(LogState log) {
        rows.put(
                ColumnFamily.LOGS,
                StorageSchema.logHeadKey(log.id()),
                log.head().encode());
        log.headWritten();
    }

    /** Adds the head rows of all open logs, for a clean stop. */
    void putAllHeads() {
        for (LogState log : state.logs().all()) {
            if (log.bytesSinceHead() > 0) {
                putHead(log);
            }
        }
    }

    /** Adds a row of the meta family. */
    void putMeta(byte[] name, byte[] value) {
        rows.put(ColumnFamily.META, name, value);
    }

    /** Notes a private queue's log of which enough is acknowledged by the queue, its cursor 0. */
    private void noteTrimCandidate(LogState log, AckSet ackSet) {
        if (log.retention() != Retention.ACKNOWLEDGED) {
            return;
        }
        long start = log.startOffset();
        long records = log.writtenEnd() - start;
        long acknowledged = Math.min(ackSet.floor(), log.writtenEnd()) - start;
        // Sizes of single records are not kept: the mean will do.
        long step = Math.max(TRIM_STEP_BYTES, log.sizeInBytes() / TRIM_STEPS);
        if (acknowledged > 0 && log.sizeInBytes() / (double) records * acknowledged >= step && log.claimTrim()) {
            trimCandidates.add(new TrimCandidate(log, ackSet.floor()));
        }
    }

    /**
     * A group as bytes.
     *
     * @param logs the log of each entry
     * @param entries views on {@code batch}
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Encoded(byte[] batch, List<LogState> logs, List<StoredEntry> entries) {}

    /** A log whose records below a floor may go once that floor is synced. */
    record TrimCandidate(LogState log, long floor) {}

    private record CursorKey(LogState log, int cursorId) {}

    private record ProducerKey(long logId, long producerId) {}
}
