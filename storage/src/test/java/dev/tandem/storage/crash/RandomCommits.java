package dev.tandem.storage.crash;

import static dev.tandem.storage.testsupport.EngineFixture.slice;

import dev.tandem.storage.catalog.Definition;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.commit.CommitResult;
import dev.tandem.storage.crash.Model.Item;
import dev.tandem.storage.group.GroupRecord;
import dev.tandem.storage.record.BodyReference;
import dev.tandem.storage.record.MessageRecord;
import dev.tandem.storage.record.RecordBatchLayout;
import dev.tandem.storage.record.Slice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * An endless sequence of commits, the same for the same seed, together with the state that each leaves behind. Every
 * applied commit also raises a counter, so that a recovered engine tells how many of them it holds.
 */
final class RandomCommits {
    /** The coordinator partition whose head counts commits. */
    static final int COUNTER = 15;

    /** A number that depends on when background work ran. */
    private static final long UNPREDICTED = -1;

    /** More segments of shared bodies than come into use. */
    private static final long BODY_SEGMENTS = 500;

    private static final int MAX_LOGS = 12;
    private static final int CURSORS = 2;

    private final Random random;
    /** Queues have messages that stay unacknowledged while much comes and goes around them. */
    private final boolean isStuck;

    private final Model model = new Model();
    private long nextLogId = 1;
    private long number;

    /** A sequence; odd seeds make queues with stuck messages. */
    RandomCommits(long seed) {
        random = new Random(seed);
        isStuck = seed % 2 != 0;
    }

    /** The state after so many applied commits. */
    static RandomCommits replay(long seed, long applied) {
        var commits = new RandomCommits(seed);
        while (commits.model.applied < applied) {
            commits.next();
        }
        return commits;
    }

    Model model() {
        return model;
    }

    /**
     * A commit and what it must result in.
     *
     * @param values the numbers of its changes; null when it must be refused
     */
    record Step(List<Change> changes, @Nullable List<Long> values) {

        /** Whether a result is what it must be. */
        boolean predicts(CommitResult result) {
            if (values == null || !result.isApplied()) {
                return values == null && !result.isApplied();
            }
            for (int i = 0; i < values.size(); i++) {
                if (values.get(i) != UNPREDICTED && values.get(i) != result.value(i)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** The next commit; the model is as if it had been applied. */
    Step next() {
        number++;
        if (random.nextInt(25) == 0) {
            return refused();
        }
        var changes = new ArrayList<Change>();
        var values = new ArrayList<Long>();
        Set<Long> batched = new LinkedHashSet<>();
        int size = 1 + random.nextInt(4);
        for (int i = 0; i < size; i++) {
            add(changes, values, batched, i);
        }
        changes.add(new Change.PutGroupRecords(
                COUNTER, model.applied, List.of(new GroupRecord(slice("n"), slice("" + model.applied))), null));
        values.add(0L);
        model.applied++;
        return new Step(changes, values);
    }

    /** A commit whose last change must be refused, and with it the rest. */
    private Step refused() {
        var changes = new ArrayList<Change>();
        if (!model.logs.isEmpty()) {
            changes.add(messageTo(anyLog(), new Item("refused", 10, false)));
        }
        changes.add(messageTo(Long.MAX_VALUE / 2, new Item("nowhere", 10, false)));
        return new Step(changes, null);
    }

    private void add(List<Change> changes, List<Long> values, Set<Long> batched, int index) {
        int kind = random.nextInt(100);
        if (model.logs.size() < 2 || kind < 4 && model.logs.size() < MAX_LOGS) {
            changes.add(createLog());
            values.add(0L);
        } else if (kind < 6 && model.logs.size() > 4 && index == 0) {
            // Only as the first change: what a commit does to a log it deletes is its own fault.
            changes.add(deleteLog());
            values.add(0L);
        } else if (kind < 12) {
            shared(index, changes, values);
        } else if (kind < 45) {
            long logId = anyLog();
            var item = new Item("m" + number + "." + index + ".", bodyLength(), false);
            Model.Log log = log(logId);
            values.add((long) log.items.size());
            log.items.add(item);
            changes.add(messageTo(logId, item));
        } else if (kind < 58) {
            long logId = anyLog();
            if (batched.add(logId)) {
                batchTo(logId, index, changes, values);
            }
        } else if (kind < 60) {
            if (isStuck) {
                changes.add(acknowledgeAllButSome());
                values.add(0L);
            } else {
                drain(changes, values);
            }
        } else if (kind < 63) {
            changes.add(countDeliveries());
            values.add(0L);
        } else if (kind < 78) {
            changes.add(acknowledge());
            values.add(0L);
        } else if (kind < 83) {
            if (index == 0) {
                trim(changes, values);
            }
        } else if (kind < 90) {
            changes.add(define());
            values.add(0L);
        } else if (kind < 98) {
            // Ending a transaction sees what earlier commits wrote, not what this one is about to.
            changes.add(group(index == 0));
            values.add(0L);
        } else if (kind < 99) {
            long logId = anyLog();
            if (batched.add(logId)) {
                expireProducers(logId, changes, values);
            }
        } else {
            int count = 1 + random.nextInt(5);
            values.add(model.nextProducerId);
            model.nextProducerId += count;
            changes.add(new Change.AllocateProducerIds(count));
        }
    }

    private int bodyLength() {
        if (isStuck) {
            return 10_000 + random.nextInt(40_000);
        }
        return switch (random.nextInt(20)) {
            case 0 -> 20_000 + random.nextInt(60_000);
            case 1, 2, 3 -> 2_000 + random.nextInt(8_000);
            default -> random.nextInt(300);
        };
    }

    private long anyLog() {
        var ids = List.copyOf(model.logs.keySet());
        return ids.get(random.nextInt(ids.size()));
    }

    private Model.Log log(long logId) {
        return java.util.Objects.requireNonNull(model.logs.get(logId));
    }

    private Change createLog() {
        long logId = nextLogId++;
        Retention retention = random.nextBoolean() ? Retention.ACKNOWLEDGED : Retention.EXPLICIT;
        model.logs.put(logId, new Model.Log(retention));
        return new Change.CreateLog(logId, retention);
    }

    private Change deleteLog() {
        long logId = anyLog();
        model.logs.remove(logId);
        model.deletedLogs.add(logId);
        model.producers.keySet().removeIf(key -> key.logId() == logId);
        return new Change.DeleteLog(logId);
    }

    /** One message for several queues. Kafka's logs take none. */
    private void shared(int index, List<Change> changes, List<Long> values) {
        var queues = new ArrayList<>(model.logs.keySet());
        queues.removeIf(id -> log(id).retention != Retention.ACKNOWLEDGED);
        if (queues.isEmpty()) {
            return;
        }
        Collections.shuffle(queues, random);
        var item = new Item("s" + number + "." + index + ".", bodyLength() + random.nextInt(300_000), true);
        Slice body = slice(item.body());
        var reference = BodyReference.to(body);
        changes.add(new Change.StoreBody(body, reference.crc()));
        values.add(UNPREDICTED);
        Slice record = MessageRecord.encodeShared(
                true, Long.MAX_VALUE, Slice.EMPTY, slice("key"), Slice.of(new byte[] {0, 0}), reference);
        for (long logId : queues.subList(0, 1 + random.nextInt(queues.size()))) {
            Model.Log log = log(logId);
            values.add((long) log.items.size());
            log.items.add(item);
            changes.add(new Change.AppendMessage(logId, record, 1_000, Long.MAX_VALUE, false, true));
        }
    }

    private static Change messageTo(long logId, Item item) {
        var record = MessageRecord.encode(
                true, Long.MAX_VALUE, Slice.EMPTY, slice("key"), Slice.of(new byte[] {0, 0}), slice(item.body()));
        return new Change.AppendMessage(logId, record, 1_000, Long.MAX_VALUE, false);
    }

    /** One batch of an idempotent producer, sometimes a repetition of its last one. */
    private void batchTo(long logId, int index, List<Change> changes, List<Long> values) {
        Model.Log log = log(logId);
        long producerId = 1_000 + random.nextInt(3);
        var key = new Model.Producer(logId, producerId);
        Model.Last last = model.producers.get(key);
        boolean isRepeated = last != null && random.nextInt(4) == 0;
        var item = new Item("k" + number + "." + index + ".", bodyLength(), false);
        int records = 1 + random.nextInt(3);
        int sequence = isRepeated ? last.sequence() : last == null ? 0 : last.sequence() + 1;
        if (isRepeated) {
            values.add(last.baseOffset());
        } else {
            values.add((long) log.items.size());
            model.producers.put(key, new Model.Last(sequence, log.items.size()));
            for (int i = 0; i < records; i++) {
                log.items.add(item);
            }
        }
        changes.add(new Change.AppendBatch(
                logId,
                batch(item, records),
                records,
                1_000,
                new Change.ProducerSequence(producerId, (short) 0, sequence, sequence)));
    }

    /** Names a producer that the log may not know, too: with all that it knew it begins again. */
    private void expireProducers(long logId, List<Change> changes, List<Long> values) {
        var ids = List.of(1_000L + random.nextInt(3), 1_000L + random.nextInt(3), 1_003L);
        values.add(ids.stream()
                .filter(id -> model.producers.remove(new Model.Producer(logId, id)) != null)
                .count());
        changes.add(new Change.ExpireProducers(logId, ids, 1_000));
    }

    private static Slice batch(Item item, int records) {
        byte[] body = slice(item.body()).toByteArray();
        byte[] array = new byte[RecordBatchLayout.HEADER_SIZE + body.length];
        RecordBatchLayout.putInt(
                array, RecordBatchLayout.BATCH_LENGTH, array.length - RecordBatchLayout.LENGTH_OVERHEAD);
        array[RecordBatchLayout.MAGIC] = RecordBatchLayout.MAGIC_V2;
        RecordBatchLayout.putInt(array, RecordBatchLayout.LAST_OFFSET_DELTA, records - 1);
        RecordBatchLayout.putInt(array, RecordBatchLayout.RECORDS_COUNT, records);
        System.arraycopy(body, 0, array, RecordBatchLayout.HEADER_SIZE, body.length);
        RecordBatchLayout.putInt(array, RecordBatchLayout.CRC, RecordBatchLayout.computeCrc(array, 0, array.length));
        return Slice.of(array);
    }

    /** Mostly around the floor, as consumers do; offsets past the end are ignored. */
    private Change acknowledge() {
        long logId = anyLog();
        Model.Log log = log(logId);
        int cursorId = cursorOf(log);
        var offsets = log.cursor(cursorId);
        int end = log.items.size();
        int from = offsets.nextClearBit(0) + (random.nextInt(3) == 0 ? random.nextInt(20) : 0);
        int to = from + 1 + random.nextInt(random.nextInt(10) == 0 ? 200 : 8);
        int secondFrom = to + 1 + random.nextInt(5);
        int secondTo = secondFrom + 1 + random.nextInt(5);
        offsets.set(Math.min(from, end), Math.min(to, end));
        offsets.set(Math.min(secondFrom, end), Math.min(secondTo, end));
        return new Change.Acknowledge(logId, cursorId, new long[] {from, to, secondFrom, secondTo});
    }

    /** A cursor is done with everything but two messages or so. */
    private Change acknowledgeAllButSome() {
        long logId = anyLog();
        Model.Log log = log(logId);
        int cursorId = cursorOf(log);
        var offsets = log.cursor(cursorId);
        int from = offsets.nextClearBit(0) + 1;
        int end = Math.max(log.items.size(), from + 1);
        int stuck = from + random.nextInt(end - from);
        offsets.set(Math.min(from, log.items.size()), Math.min(stuck, log.items.size()));
        offsets.set(Math.min(stuck + 1, log.items.size()), log.items.size());
        return new Change.Acknowledge(logId, cursorId, new long[] {from, stuck, stuck + 1, end});
    }

    /** Every queue is done with everything, and the bodies they shared go at once. */
    private void drain(List<Change> changes, List<Long> values) {
        model.logs.forEach((logId, log) -> {
            int end = log.items.size();
            if (log.retention == Retention.ACKNOWLEDGED && end > 0) {
                log.cursor(0).set(0, end);
                changes.add(new Change.Acknowledge(logId, 0, new long[] {0, end}));
                values.add(0L);
            }
        });
        changes.add(
                new Change.FreeBodies(LongStream.range(0, BODY_SEGMENTS).boxed().toList()));
        values.add(UNPREDICTED);
    }

    /** Messages come back, as they do to consumers: not far above the floor. */
    private Change countDeliveries() {
        long logId = anyLog();
        Model.Log log = log(logId);
        int cursorId = cursorOf(log);
        var offsets = log.cursor(cursorId);
        int from = offsets.nextClearBit(0) + random.nextInt(3);
        int to = from + 1 + random.nextInt(random.nextInt(10) == 0 ? 200 : 8);
        var counts = log.deliveries.computeIfAbsent(cursorId, id -> new TreeMap<>());
        for (int offset = from; offset < Math.min(to, log.items.size()); offset++) {
            if (!offsets.get(offset)) {
                counts.merge(offset, 1, Integer::sum);
            }
        }
        return new Change.CountDeliveries(logId, cursorId, new long[] {from, to});
    }

    /** The engine trims private queues by cursor 0 when it sees fit, which moves the floors of others. */
    private int cursorOf(Model.Log log) {
        return log.retention == Retention.ACKNOWLEDGED ? 0 : random.nextInt(CURSORS);
    }

    /** Of logs whose start nothing else moves. */
    private void trim(List<Change> changes, List<Long> values) {
        long logId = anyLog();
        Model.Log log = log(logId);
        if (log.retention == Retention.EXPLICIT) {
            int offset = log.start + random.nextInt(30) - 3;
            log.trim(offset);
            changes.add(new Change.TrimLog(logId, offset));
            values.add((long) log.start);
        }
    }

    private Change define() {
        String name = "topic" + random.nextInt(6);
        var definition = new Definition.Topic(
                name, new UUID(1, number), List.of(number), Map.of("written-by", Long.toString(number)));
        if (model.definitions.containsKey(definition.key()) && random.nextBoolean()) {
            model.definitions.remove(definition.key());
            return new Change.Undefine(definition.key(), false);
        }
        model.definitions.put(definition.key(), definition);
        return new Change.Define(definition, false);
    }

    private Change group(boolean mayEndTransaction) {
        int partition = random.nextInt(3);
        var group = model.groups.computeIfAbsent(partition, p -> new Model.Group());
        long producerId = 500 + random.nextInt(2);
        if (mayEndTransaction && random.nextInt(3) == 0) {
            return endTransaction(partition, group, producerId);
        }
        boolean isPending = random.nextInt(3) == 0;
        var records = new LinkedHashMap<String, @Nullable String>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            records.put("key" + random.nextInt(8), random.nextInt(5) == 0 ? null : "v" + number);
        }
        var change = new Change.PutGroupRecords(
                partition,
                group.nextOffset,
                records.entrySet().stream()
                        .map(e -> new GroupRecord(slice(e.getKey()), e.getValue() == null ? null : slice(e.getValue())))
                        .toList(),
                isPending ? new Change.GroupProducer(producerId, (short) 0) : null);
        records.forEach((key, value) -> {
            var stored = new Model.Value(group.nextOffset++, value);
            if (isPending) {
                group.pending.computeIfAbsent(producerId, p -> new TreeMap<>()).put(key, stored);
            } else if (value == null) {
                group.committed.remove(key);
            } else {
                group.committed.put(key, stored);
            }
        });
        return change;
    }

    private Change endTransaction(int partition, Model.Group group, long producerId) {
        boolean commit = random.nextBoolean();
        var pending = group.pending.remove(producerId);
        if (commit && pending != null) {
            pending.forEach((key, value) -> {
                var present = group.committed.get(key);
                if (present == null || present.recordOffset() < value.recordOffset()) {
                    if (value.value() == null) {
                        group.committed.remove(key);
                    } else {
                        group.committed.put(key, value);
                    }
                }
            });
        }
        return new Change.EndGroupTransaction(partition, group.nextOffset++, producerId, commit);
    }
}
