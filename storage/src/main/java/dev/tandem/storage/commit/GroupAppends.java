package dev.tandem.storage.commit;

import dev.tandem.storage.commit.GroupBodies.StoredBody;
import dev.tandem.storage.log.LogState;
import dev.tandem.storage.producer.ProducerWindow;
import dev.tandem.storage.producer.ProducerWindows;
import dev.tandem.storage.producer.Verdict;
import dev.tandem.storage.record.StoredEntry;
import dev.tandem.storage.rocksdb.BatchBuilder;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What a group appends: the entries of its logs, and the windows of the producers that sent them. Commit thread. */
final class GroupAppends {
    private final EngineState state;
    private final GroupBodies bodies;
    private final MovedLogs moved;
    private final List<EntryBuilder> entries = new ArrayList<>();
    /** By the log's place among those that the group moves; null where messages begin an entry. */
    private final List<@Nullable EntryBuilder> openEntries = new ArrayList<>();

    private final Map<ProducerKey, ProducerWindow> dirtyProducers = new LinkedHashMap<>();
    private final Map<ProducerKey, LogState> expired = new LinkedHashMap<>();
    private OptionalLong originalTimestamp = OptionalLong.empty();

    /**
     * The appends of a group that is empty yet.
     *
     * @param bodies the shared bodies of the group, which stand before its entries
     * @param moved is told the logs that are appended to
     */
    GroupAppends(EngineState state, GroupBodies bodies, MovedLogs moved) {
        this.state = state;
        this.bodies = bodies;
        this.moved = moved;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Appends a batch, unless it is there already; returns its base offset. */
    long add(Change.AppendBatch change) {
        LogState log = state.logs().get(change.logId());
        var sequence = change.sequence();
        if (sequence == null) {
            return append(log, change);
        }
        ProducerWindow window = state.producers().of(log, sequence.producerId());
        if (window.check(sequence) instanceof Verdict.Duplicate duplicate) {
            originalTimestamp = OptionalLong.of(duplicate.timestampMillis());
            return duplicate.baseOffset();
        }
        long baseOffset = append(log, change);
        window.record(sequence, baseOffset, change.maxTimestamp());
        dirtyProducers.put(new ProducerKey(log.id(), sequence.producerId()), window);
        return baseOffset;
    }

    /** The original's timestamp when what was added last was a duplicate; asked once. */
    OptionalLong takeOriginalTimestamp() {
        OptionalLong taken = originalTimestamp;
        originalTimestamp = OptionalLong.empty();
        return taken;
    }

    /** Forgets producers that are idle still; returns how many. */
    long expire(Change.ExpireProducers change, BatchBuilder rows) {
        LogState log = state.logs().get(change.logId());
        long gone = 0;
        for (long producerId : change.producerIds()) {
            ProducerWindow window = state.producers().of(log, producerId);
            if (window.epoch() >= 0 && window.lastTimestampMillis() <= change.lastTimestampMillis()) {
                var key = new ProducerKey(log.id(), producerId);
                // Its row is there until the group is written: whoever asks before must not find it.
                log.producers().put(producerId, new ProducerWindow());
                dirtyProducers.remove(key);
                expired.put(key, log);
                rows.delete(ColumnFamily.PRODUCERS, StorageSchema.producerKey(log.id(), producerId));
                gone++;
            }
        }
        return gone;
    }

    /** Lets go of the windows of expired producers that sent nothing since. */
    void publish() {
        expired.forEach((key, log) ->
                log.producers().computeIfPresent(key.producerId, (id, window) -> window.epoch() < 0 ? null : window));
    }

    private long append(LogState log, Change.AppendBatch change) {
        closeEntry(moved.add(log));
        long baseOffset = log.nextOffset();
        entries.add(EntryBuilder.ofBatch(log, change));
        return baseOffset;
    }

    /** Appends a message to the log's open entry; returns its offset. */
    long add(Change.AppendMessage change) {
        LogState log = state.logs().get(change.logId());
        StoredBody body = change.sharesBody() ? bodies.latest() : null;
        int place = moved.add(log);
        EntryBuilder entry = openEntry(place);
        if (entry == null || !entry.accepts(change, body)) {
            closeEntry(place);
            entry = EntryBuilder.ofMessages(log, change.isTransient());
            entries.add(entry);
            openEntries.set(place, entry);
        }
        long offset = entry.add(change, body);
        if (body != null) {
            bodies.refer(log, offset);
        }
        return offset;
    }

    private @Nullable EntryBuilder openEntry(int place) {
        return place < openEntries.size() ? openEntries.get(place) : null;
    }

    /** Leaves a log's place without an open entry. */
    private void closeEntry(int place) {
        EntryBuilder entry = openEntry(place);
        if (entry != null) {
            entry.close();
            openEntries.set(place, null);
        }
        while (openEntries.size() <= place) {
            openEntries.add(null);
        }
    }

    /** Forgets what was appended to a log that the group deletes. */
    void drop(LogState log) {
        closeEntry(moved.add(log));
        entries.removeIf(entry -> entry.log() == log);
        dirtyProducers.keySet().removeIf(key -> key.logId == log.id());
    }

    /** Adds the producers' rows, and returns the entries in key order; the last one of each log may still be open. */
    List<EntryBuilder> finish(BatchBuilder rows) {
        dirtyProducers.forEach((key, window) -> ProducerWindows.write(key.logId, key.producerId, window, rows));
        entries.sort(EntryBuilder::inKeyOrder);
        return entries;
    }

    /** Writes the rows of bodies and finished entries behind those that are there. */
    CommitGroup.Encoded encode(BatchBuilder rows, int leaderEpoch) {
        int size = rows.size() + bodies.rowSize();
        for (EntryBuilder entry : entries) {
            size += entry.rowSize();
        }
        var whole = new BatchBuilder(size, state.logs().cache().arena());
        whole.addAll(rows);
        bodies.write(whole);
        var stored = new ArrayList<StoredEntry>(entries.size());
        var logs = new ArrayList<LogState>(entries.size());
        for (EntryBuilder entry : entries) {
            stored.add(entry.write(whole, leaderEpoch));
            logs.add(entry.log());
        }
        return new CommitGroup.Encoded(whole.build(), logs, stored);
    }

    private record ProducerKey(long logId, long producerId) {}
}
