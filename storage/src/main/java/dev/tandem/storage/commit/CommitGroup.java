package dev.tandem.storage.commit;

import dev.tandem.storage.catalog.DefinitionKey;
import dev.tandem.storage.log.FreedRange;
import dev.tandem.storage.log.LogState;
import dev.tandem.storage.record.StoredEntry;
import dev.tandem.storage.rocksdb.BatchBuilder;
import dev.tandem.storage.rocksdb.RowBatch;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The group under construction: applies commits to the state in memory, collects their rows, and becomes one write batch.
 * Readers see nothing of it until {@link #publish}. Recovery needs no other code: rows are what apply wrote. What a kind
 * of change does is the business of the part it belongs to: appends, bodies, cursors, logs, segments, definitions. Commit
 * thread.
 */
final class CommitGroup implements Change.Visitor {
    private final EngineState state;
    private final int leaderEpoch;
    private final BatchBuilder rows = new BatchBuilder(512);
    private final MovedLogs moved;
    private final GroupAppends appends;
    private final GroupBodies bodies;
    private final GroupCursors cursors;
    private final GroupSegments segments;
    private final GroupLogs logs;
    private final GroupRewrites rewrites;
    private final GroupDefinitions definitions;

    CommitGroup(EngineState state, int leaderEpoch) {
        this.state = state;
        this.leaderEpoch = leaderEpoch;
        this.moved = new MovedLogs(state.logs().numberGroup());
        this.bodies = new GroupBodies(state, rows);
        this.appends = new GroupAppends(state, bodies, moved);
        this.cursors = new GroupCursors(state);
        this.segments = new GroupSegments(rows);
        this.logs = new GroupLogs(state, rows, moved, segments);
        this.rewrites = new GroupRewrites(rows, segments);
        this.definitions = new GroupDefinitions(state.catalog(), rows);
    }

    /** Applies a commit whose preconditions hold; {@code index} is that of this group. */
    CommitResult apply(Commit commit, long index) {
        long[] values = new long[commit.changes().size()];
        Map<Integer, Long> originals = Map.of();
        for (int i = 0; i < values.length; i++) {
            values[i] = commit.changes().get(i).accept(this);
            OptionalLong original = appends.takeOriginalTimestamp();
            if (original.isPresent()) {
                originals = originals.isEmpty() ? new HashMap<>() : originals;
                originals.put(i, original.getAsLong());
            }
        }
        return CommitResult.applied(index, values, originals);
    }

    boolean isEmpty() {
        return appends.isEmpty() && bodies.isEmpty() && rows.isEmpty() && cursors.isEmpty();
    }

    /** Whether a definition exists once this group is written. */
    boolean isDefined(DefinitionKey key) {
        return definitions.isDefined(key);
    }

    /** Whether this group deletes a log. */
    boolean deletes(LogState log) {
        return logs.deletes(log);
    }

    /** Logs of which enough is acknowledged to be worth a trim, once this group is synced. */
    List<GroupCursors.TrimCandidate> trimCandidates() {
        return cursors.trimCandidates();
    }

    /** Ranges of records and bodies that this group deletes; their space may be given back once it is synced. */
    List<FreedRange> freed() {
        return Stream.of(logs.freed(), rewrites.freed(), bodies.freed())
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public long visit(Change.AppendBatch change) {
        return appends.add(change);
    }

    @Override
    public long visit(Change.StoreBody change) {
        return bodies.store(change);
    }

    @Override
    public long visit(Change.AppendMessage change) {
        return appends.add(change);
    }

    @Override
    public long visit(Change.Acknowledge change) {
        cursors.acknowledge(change);
        return 0;
    }

    @Override
    public long visit(Change.CountDeliveries change) {
        cursors.countDeliveries(change);
        return 0;
    }

    @Override
    public long visit(Change.StoreDeliveredEnd change) {
        cursors.storeDeliveredEnd(change);
        return 0;
    }

    @Override
    public long visit(Change.DropCursor change) {
        LogState log = state.logs().findToDelete(change.logId());
        if (log != null && !logs.deletes(log)) {
            cursors.drop(log, change.cursorId(), rows);
        }
        return 0;
    }

    @Override
    public long visit(Change.CreateLog change) {
        logs.create(change);
        return 0;
    }

    @Override
    public long visit(Change.DeleteLog change) {
        LogState log = state.logs().findToDelete(change.logId());
        if (log != null && logs.delete(log)) {
            // What this group did to the log would be written behind the deletion.
            appends.drop(log);
            bodies.drop(log);
            cursors.drop(log);
        }
        return 0;
    }

    @Override
    public long visit(Change.RemoveLogs change) {
        logs.remove(change);
        return 0;
    }

    @Override
    public long visit(Change.TrimLog change) {
        LogState log = state.logs().get(change.logId());
        long before = log.startOffset();
        long start = logs.trim(log, change.startOffset());
        if (start > before) {
            cursors.trimmed(log, start);
        }
        return start;
    }

    @Override
    public long visit(Change.CloseSegment change) {
        segments.close(state.logs().get(change.logId()));
        return 0;
    }

    @Override
    public long visit(Change.DescribeSegments change) {
        return segments.describe(state.logs().get(change.logId()), change.segments()) ? 1 : 0;
    }

    @Override
    public long visit(Change.RewriteRange change) {
        LogState log = state.logs().get(change.logId());
        rewrites.rewrite(log, change);
        // The end must be known without the entries that held it.
        logs.putHead(log);
        return 0;
    }

    @Override
    public long visit(Change.NoteCompacted change) {
        rows.put(ColumnFamily.LOGS, StorageSchema.compactedKey(change.logId()), StorageSchema.u64(change.endOffset()));
        return 0;
    }

    @Override
    public long visit(Change.Define change) {
        definitions.define(change.definition());
        return 0;
    }

    @Override
    public long visit(Change.Undefine change) {
        definitions.undefine(change.key());
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

    @Override
    public long visit(Change.ExpireProducers change) {
        return appends.expire(change, rows);
    }

    @Override
    public long visit(Change.ReleaseBodies change) {
        bodies.release(change.segment(), change.logId());
        return 0;
    }

    @Override
    public long visit(Change.FreeBodies change) {
        return bodies.free(change);
    }

    /** The group as one serialised write batch; its entries become readable by {@link #publish}. */
    Encoded encode(long index) {
        cursors.finish(rows);
        logs.trimmed().forEach(cursors::lookAgain);
        for (EntryBuilder entry : appends.finish(rows)) {
            entry.close();
            if (segments.append(entry, leaderEpoch)) {
                logs.putHead(entry.log());
            }
        }
        bodies.finish();
        definitions.finish(index);
        putMeta(StorageSchema.APPLIED_INDEX, StorageSchema.u64(index));
        return appends.encode(rows, leaderEpoch);
    }

    /** Makes what is written visible to readers. */
    Publication publish(Encoded encoded, long index) {
        rewrites.ends().forEach(LogState::forgetCachedBelow);
        var publication = new Publication(moved);
        state.logs()
                .cache()
                .add(encoded.logs, encoded.entries, encoded.batch.size(), encoded.batch.lease(), publication::show);
        moved.forEach(publication::show);
        segments.publish();
        appends.publish();
        logs.deleted().forEach(state.logs()::remove);
        definitions.publish(index);
        return publication;
    }

    /** Adds what the next start would have to find out about the logs that are open, for a clean stop. */
    void closeLogs() {
        logs.closeAll();
    }

    /** Adds a row of the meta family. */
    void putMeta(byte[] name, byte[] value) {
        rows.put(ColumnFamily.META, name, value);
    }

    /**
     * A group as bytes.
     *
     * @param logs the log of each entry
     * @param entries views on {@code batch}
     */
    record Encoded(RowBatch batch, List<LogState> logs, List<StoredEntry> entries) {}
}
