package dev.tandem.storage.tool;

import static dev.tandem.storage.testsupport.EngineFixture.await;
import static dev.tandem.storage.testsupport.EngineFixture.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.storage.StorageException.DirectoryRefused;
import dev.tandem.storage.StorageException.NotFound;
import dev.tandem.storage.catalog.Definition;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.rocksdb.BatchBuilder;
import dev.tandem.storage.rocksdb.RocksDirectory;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;
import dev.tandem.storage.testsupport.EngineFixture;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectionTest {
    @TempDir
    Path directory;

    private long log;

    private void fill(EngineFixture fixture) {
        log = fixture.createLog(Retention.ACKNOWLEDGED);
        fixture.commit(
                new Change.Define(new Definition.Queue("/", "orders", log, false, Slice.EMPTY), true),
                new Change.Define(new Definition.User("u", "secret hash", "sha", java.util.List.of()), true));
        fixture.commit(message(log, "one"), message(log, "secret body"), message(log, "three"));
        fixture.commit(new Change.Acknowledge(log, 0, new long[] {0, 1, 2, 3}));
    }

    private static String print(Path dataDir, Consumer<Print> what) {
        var text = new StringWriter();
        try (var inspection = Inspection.open(dataDir);
                var out = new PrintWriter(text)) {
            what.accept(new Print(inspection, out));
        }
        return text.toString();
    }

    private record Print(Inspection inspection, PrintWriter out) {
        void summary() {
            inspection.printSummary(out);
        }
    }

    @Test
    void listsLogsCursorsAndDefinitionsOfAStoppedBroker() {
        // given
        try (var fixture = new EngineFixture(directory)) {
            fill(fixture);
        }

        // when
        String summary = print(directory, Print::summary);

        // then
        assertThat(summary)
                .contains("stopped\tcleanly")
                .containsPattern(log + "\tacknowledged\t0\t3\t\\d+\tqueue 'orders' in vhost '/'")
                .contains(log + "\t0\t1\t1\t1")
                .contains("Queue[vhost=/, name=orders")
                .doesNotContain("secret");
    }

    @Test
    void listsTheMessagesOfALogWithoutTheirBodies() {
        // given
        try (var fixture = new EngineFixture(directory)) {
            fill(fixture);
        }

        // when
        String entries = print(directory, print -> assertThat(print.inspection.printEntries(log, 0, 10, print.out))
                .isTrue());

        // then
        assertThat(entries)
                .contains("entry\t0..2\tamqp")
                .contains("  message\t1\texchange ''\tkey 'key'\t11 bytes")
                .doesNotContain("secret body");
    }

    @Test
    void namesADamagedEntry() {
        // given
        try (var fixture = new EngineFixture(directory)) {
            fill(fixture);
        }
        byte[] key = StorageSchema.recordKey(log, 0);
        try (RocksStore store = RocksDirectory.open(directory, 64L << 20)) {
            byte[] value = store.get(ColumnFamily.RECORDS, key).clone();
            value[value.length - 5] ^= 1;
            var rows = new BatchBuilder(256);
            rows.put(ColumnFamily.RECORDS, key, value);
            store.write(rows.finish());
        }

        // when
        String entries = print(directory, print -> assertThat(print.inspection.printEntries(log, 0, 10, print.out))
                .isFalse());

        // then
        assertThat(entries).contains("DAMAGED\trecords of log " + log).contains("wrong CRC");
    }

    @Test
    void looksIntoABackupAndChangesNothing() {
        Path backup = directory.resolve("backup");
        // given
        try (var fixture = new EngineFixture(directory.resolve("data"))) {
            fill(fixture);
            await(fixture.engine().backup(backup).done());
        }

        // when
        String first = print(backup, Print::summary);

        // then
        assertThat(first).contains("stopped\tnot cleanly").contains("queue 'orders'");
        assertThat(print(backup, Print::summary)).isEqualTo(first);
    }

    @Test
    void refusesWhatIsNoDataDirectoryAndLogsThatAreNot() {
        assertThatThrownBy(() -> Inspection.open(directory.resolve("nothing")))
                .isInstanceOf(DirectoryRefused.class)
                .hasMessageContaining("not a data directory");

        new EngineFixture(directory).close();
        assertThatThrownBy(() -> print(directory, print -> print.inspection.printEntries(99, 0, 1, print.out)))
                .isInstanceOf(NotFound.class)
                .hasMessageContaining("no log 99");
    }
}
