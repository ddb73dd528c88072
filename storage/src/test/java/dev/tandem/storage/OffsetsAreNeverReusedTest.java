package dev.tandem.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.Acknowledge;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.commit.Change.TrimLog;
import dev.tandem.storage.crash.DirectoryCopy;
import dev.tandem.storage.rocksdb.BatchBuilder;
import dev.tandem.storage.rocksdb.RocksDirectory;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.LogHead;
import dev.tandem.storage.schema.StorageSchema;
import dev.tandem.storage.testsupport.EngineFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An offset that was ever acknowledged, or shown to a reader, belongs to that record for good. */
class OffsetsAreNeverReusedTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whenAllRecordsWereTrimmed(boolean cleanStop) throws IOException {
        // given
        long log = prepare(cleanStop, fixture -> {
            publish(fixture, 5);
            fixture.commit(new TrimLog(1, 5));
        });

        // when
        try (var fixture = new EngineFixture(copy())) {
            // then
            assertThat(fixture.log(log).startOffset()).isEqualTo(5);
            assertThat(fixture.publish(log, "next")).isEqualTo(5);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whenAQueueWasDrained(boolean cleanStop) throws IOException {
        // given
        long log = prepare(cleanStop, fixture -> {
            publish(fixture, 5);
            fixture.commit(new Acknowledge(1, 0, new long[] {0, 5}));
            fixture.commit(new TrimLog(1, 5));
            publish(fixture, 1);
            fixture.commit(new Acknowledge(1, 0, new long[] {5, 6}));
            fixture.commit(new TrimLog(1, 6));
        });

        // when
        try (var fixture = new EngineFixture(copy())) {
            // then
            assertThat(fixture.publish(log, "next")).isEqualTo(6);
        }
    }

    @Test
    void whenTheRecordsAreLostButTheFloorOfAnAckSetIsThere() throws IOException {
        // given
        long log = prepare(true, fixture -> {
            publish(fixture, 5);
            fixture.commit(new Acknowledge(1, 0, new long[] {0, 5}));
        });
        loseRecords();

        // when
        try (var fixture = new EngineFixture(copy())) {
            // then
            assertThat(fixture.publish(log, "next")).isEqualTo(5);
        }
    }

    @Test
    void whenTheRecordsAreLostButADeltaOfAnAckSetIsThere() throws IOException {
        // given
        long log = prepare(true, fixture -> {
            publish(fixture, 5);
            fixture.commit(new Acknowledge(1, 3, new long[] {1, 2, 3, 4}));
        });
        loseRecords();

        // when
        try (var fixture = new EngineFixture(copy())) {
            // then
            assertThat(fixture.publish(log, "next")).isEqualTo(4);
        }
    }

    @Test
    void whenTheRecordsAreLostButAChunkOfAnAckSetIsThere() throws IOException {
        // given acknowledgements in two chunks, the highest first, until chunks are written
        int records = 70_000;
        long log = prepare(true, fixture -> {
            publish(fixture, records);
            for (int i = 0; i < 200; i++) {
                long offset = records - 1 - 2L * i;
                fixture.commit(new Acknowledge(1, 3, new long[] {10 + 2L * i, 11 + 2L * i, offset, offset + 1}));
            }
        });
        loseRecords();
        var deltas = new BatchBuilder(256);
        deltas.deleteRange(
                ColumnFamily.CURSORS,
                StorageSchema.cursorKey(1, 3, StorageSchema.CURSOR_DELTA, 0),
                StorageSchema.cursorKey(1, 3, StorageSchema.CURSOR_CHUNK, 0));
        write(deltas);

        // when
        try (var fixture = new EngineFixture(copy())) {
            // then
            assertThat(fixture.publish(log, "next")).isEqualTo(records);
        }
    }

    @Test
    void whenTheLastRowsOfALogAreLost() throws IOException {
        // given the head of a clean stop, and no entry
        long log = prepare(true, fixture -> publish(fixture, 5));
        loseEntries();

        // when
        try (var fixture = new EngineFixture(copy())) {
            // then
            assertThat(fixture.log(log).writtenEnd()).isEqualTo(5);
            assertThat(fixture.publish(log, "next")).isEqualTo(5);
        }
    }

    @Test
    void whenALogIsDeletedItsIdIsNot() {
        // given
        long log;
        try (var fixture = new EngineFixture(directory)) {
            log = fixture.createLog(Retention.EXPLICIT);
            fixture.publish(log, "old");
            fixture.commit(new Acknowledge(log, 0, new long[] {0, 1}));
            fixture.commit(new Change.DeleteLog(log));
        }

        // when
        try (var fixture = new EngineFixture(directory)) {
            long other = fixture.createLog(Retention.EXPLICIT);
            fixture.publish(other, "new");

            // then
            assertThat(other).isNotEqualTo(log);
            assertThat(fixture.bodies(other, 0)).containsExactly("new");
            assertThat(EngineFixture.await(fixture.engine().ackSet(other, 0)).floor())
                    .isZero();
        }
    }

    /** Fills log 1 of a new engine; the directory is left as by a clean stop or by a crash. */
    private long prepare(boolean cleanStop, Consumer<EngineFixture> content) throws IOException {
        long log;
        try (var fixture = new EngineFixture(directory.resolve("live"))) {
            log = fixture.createLog(Retention.EXPLICIT);
            assertThat(log).isEqualTo(1);
            content.accept(fixture);
            if (!cleanStop) {
                DirectoryCopy.ofLive(directory.resolve("live"), copy());
            }
        }
        if (cleanStop) {
            DirectoryCopy.ofLive(directory.resolve("live"), copy());
        }
        return log;
    }

    private Path copy() {
        return directory.resolve("copy");
    }

    private static void publish(EngineFixture fixture, int messages) {
        var changes = new Change[messages];
        for (int i = 0; i < messages; i++) {
            changes[i] = EngineFixture.message(1, "m");
        }
        fixture.commit(changes);
    }

    /** Forgets entries, segments and the end that the head tells. */
    private void loseRecords() {
        loseEntries();
        var rows = new BatchBuilder(256);
        rows.deleteRange(ColumnFamily.LOGS, StorageSchema.segmentKey(1, 0), StorageSchema.logPrefix(2));
        rows.put(
                ColumnFamily.LOGS,
                StorageSchema.logHeadKey(1),
                LogHead.empty(Retention.EXPLICIT).encode());
        write(rows);
    }

    private void loseEntries() {
        var rows = new BatchBuilder(256);
        rows.deleteRange(ColumnFamily.RECORDS, StorageSchema.logPrefix(1), StorageSchema.logPrefix(2));
        write(rows);
    }

    private void write(BatchBuilder rows) {
        try (var store = RocksDirectory.open(copy(), 64L << 20)) {
            store.write(rows.build());
        }
    }
}
