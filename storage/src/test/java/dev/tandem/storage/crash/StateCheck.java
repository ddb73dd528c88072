package dev.tandem.storage.crash;

import static dev.tandem.storage.testsupport.EngineFixture.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.StorageException;
import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.StorageException.NotFound;
import dev.tandem.storage.StorageException.StorageFailure;
import dev.tandem.storage.catalog.Definition;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.cursor.AckSetView;
import dev.tandem.storage.group.GroupPartition;
import dev.tandem.storage.log.Log;
import dev.tandem.storage.record.Origin;
import dev.tandem.storage.record.RecordBatchLayout;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.record.StoredEntry;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Compares an engine with the model of the commits that it says it holds. */
final class StateCheck {
    private static final String FORGOTTEN = "acknowledged, with a body that is shared";

    private StateCheck() {}

    /** How many of the commits the engine holds. */
    static long appliedIn(StorageEngine engine) {
        return await(engine.groupPartition(RandomCommits.COUNTER)).nextOffset();
    }

    /** Fails unless the engine's state is that after so many commits, whole. */
    static void assertHolds(StorageEngine engine, Model model) {
        assertThat(appliedIn(engine)).isEqualTo(model.applied);
        model.logs.forEach((logId, log) -> assertLog(engine, logId, log));
        for (long deleted : model.deletedLogs) {
            assertThatThrownBy(() -> await(engine.log(deleted)))
                    .as("log %d", deleted)
                    .isInstanceOf(NotFound.class);
        }
        assertThat(engine.catalog().all(Definition.Topic.class))
                .containsExactlyInAnyOrder(model.definitions.values().toArray(new Definition.Topic[0]));
        model.groups.forEach((number, group) -> assertGroup(await(engine.groupPartition(number)), group));
    }

    /**
     * Fails when the engine serves anything that is not the state after so many commits; returns what it refused to serve
     * instead. A log that is there must not be called unknown.
     */
    static List<StorageException> assertHoldsOrRefuses(StorageEngine engine, Model model, String what) {
        var refusals = new ArrayList<StorageException>();
        check(refusals, () -> assertThat(appliedIn(engine)).as(what).isEqualTo(model.applied));
        model.logs.forEach((logId, log) -> check(refusals, () -> assertLog(engine, logId, log)));
        for (long deleted : model.deletedLogs) {
            check(refusals, () -> {
                try {
                    await(engine.log(deleted));
                    throw new AssertionError("log " + deleted + " is back after " + what);
                } catch (NotFound asItShouldBe) {
                    // deleted
                }
            });
        }
        assertThat(engine.catalog().all(Definition.Topic.class))
                .as(what)
                .containsExactlyInAnyOrder(model.definitions.values().toArray(new Definition.Topic[0]));
        model.groups.forEach(
                (number, group) -> check(refusals, () -> assertGroup(await(engine.groupPartition(number)), group)));
        return refusals;
    }

    private static void check(List<StorageException> refusals, Runnable assertion) {
        try {
            assertion.run();
        } catch (CorruptData | StorageFailure refusal) {
            refusals.add(refusal);
        }
    }

    private static void assertLog(StorageEngine engine, long logId, Model.Log expected) {
        Log log = await(engine.log(logId));
        assertThat(log.writtenEnd()).as("end of log %d", logId).isEqualTo(expected.items.size());
        if (expected.retention == Retention.EXPLICIT) {
            assertThat(log.startOffset()).as("start of log %d", logId).isEqualTo(expected.start);
        } else {
            assertThat(log.startOffset())
                    .as("start of log %d", logId)
                    .isLessThanOrEqualTo(expected.cursor(0).nextClearBit(0));
        }
        if (log.startOffset() == log.writtenEnd()) {
            assertThat(log.sizeInBytes()).as("size of log %d", logId).isZero();
        } else if (expected.retention == Retention.EXPLICIT) {
            assertThat(log.sizeInBytes()).as("size of log %d", logId).isPositive();
        }
        int start = (int) log.startOffset();
        List<String> tags = tags(log, expected);
        var expectedTags = new ArrayList<String>();
        for (int offset = start; offset < expected.items.size(); offset++) {
            expectedTags.add(
                    isForgotten(expected, offset)
                            ? FORGOTTEN
                            : digest(expected.items.get(offset).body()));
        }
        assertThat(tags).as("log %d from %d", logId, start).isEqualTo(expectedTags);
        expected.acknowledged.forEach((cursorId, offsets) -> assertThat(
                        acknowledged(await(engine.ackSet(logId, cursorId)), expected.items.size()))
                .as("cursor %d of log %d", cursorId, logId)
                .isEqualTo(offsets));
        expected.deliveries.forEach((cursorId, counts) -> {
            AckSetView view = await(engine.ackSet(logId, cursorId));
            counts.forEach((offset, count) -> assertThat(view.deliveryCount(offset))
                    .as("deliveries of offset %d, cursor %d of log %d", offset, cursorId, logId)
                    .isEqualTo(expected.cursor(cursorId).get(offset) ? 0 : count));
        });
    }

    /** A message that a queue is done with, or a body that others may need still: nobody asks for it here. */
    private static boolean isForgotten(Model.Log log, int offset) {
        return (log.retention == Retention.ACKNOWLEDGED || log.items.get(offset).isShared())
                && log.cursor(0).get(offset);
    }

    private static List<String> tags(Log log, Model.Log expected) {
        var tags = new ArrayList<String>();
        long next = log.startOffset();
        while (next < log.writtenEnd()) {
            if (isForgotten(expected, (int) next)) {
                tags.add(FORGOTTEN);
                next++;
                continue;
            }
            StoredEntry entry =
                    log.readMessages(next, log.writtenEnd(), 1).entries().get(0);
            tags.add(digest(body(entry, next)));
            next++;
        }
        return tags;
    }

    private static String body(StoredEntry entry, long offset) {
        Slice batches = entry.batches();
        Slice body = entry.envelope().origin() == Origin.AMQP
                ? requireNonNull(entry.messageAt(offset)).body()
                : batches.slice(RecordBatchLayout.HEADER_SIZE, batches.length() - RecordBatchLayout.HEADER_SIZE);
        return new String(body.toByteArray(), UTF_8);
    }

    /** Bodies in a form that a failure can show. */
    private static String digest(String body) {
        return body.substring(0, Math.min(20, body.length())) + "#" + body.length() + "#" + body.hashCode();
    }

    private static BitSet acknowledged(AckSetView view, int end) {
        var offsets = new BitSet();
        for (int offset = 0; offset < end; offset++) {
            if (view.contains(offset)) {
                offsets.set(offset);
            }
        }
        return offsets;
    }

    private static void assertGroup(GroupPartition partition, Model.Group expected) {
        assertThat(partition.nextOffset()).isEqualTo(expected.nextOffset);
        assertThat(partition.committed().stream()
                        .collect(Collectors.toMap(
                                row -> text(row.key()), row -> new Model.Value(row.recordOffset(), text(row.value())))))
                .isEqualTo(expected.committed);
        Map<Long, Map<String, Model.Value>> pending = new TreeMap<>();
        for (var row : partition.pending()) {
            Slice value = row.record().value();
            pending.computeIfAbsent(row.producerId(), id -> new TreeMap<>())
                    .put(
                            text(row.record().key()),
                            new Model.Value(row.recordOffset(), value == null ? null : text(value)));
        }
        assertThat(pending).isEqualTo(expected.pending);
    }

    private static String text(Slice slice) {
        return new String(slice.toByteArray(), UTF_8);
    }
}
