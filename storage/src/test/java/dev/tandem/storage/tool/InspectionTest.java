package dev.tandem.storage.tool;

import static dev.tandem.storage.testsupport.EngineFixture.await;
import static dev.tandem.storage.testsupport.EngineFixture.message;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.storage.StorageException.DirectoryRefused;
import dev.tandem.storage.StorageException.NotFound;
import dev.tandem.storage.catalog.Definition;
import dev.tandem.storage.catalog.DefinitionKeyCodec;
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
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectionTest {
    @TempDir
    Path directory;

    private long log;
    private long urgentLog;

    private void fill(EngineFixture fixture) {
        log = fixture.createLog(Retention.ACKNOWLEDGED);
        urgentLog = fixture.createLog(Retention.ACKNOWLEDGED);
        fixture.commit(
                new Change.Define(new Definition.Queue("/", "orders", log, 2, false, Slice.EMPTY), true),
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
                .containsPattern(log + "\tacknowledged\t0\t3\t\\d+\t1\tqueue 'orders' in vhost '/'")
                .contains(log + "\t0\t1\t1\t1\t1\tunknown\tno")
                .containsPattern(urgentLog + "\tacknowledged\t.*\tqueue 'orders' in vhost '/' priority 1")
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
                .contains("    message\t1\texchange ''\tkey 'key'\t11 bytes\tpersistent\tready")
                .containsPattern("  batch\t0\\.\\.2\t3 records\t\\d+ bytes\tcrc ok\tepoch 0\tcompression none")
                .containsPattern("0\t3\t3\t\\d+\t0\t1970-01-01T00:00:01Z\t1970-01-01T00:00:01Z")
                .doesNotContain("secret body");
    }

    @Test
    void namesADamagedEntryAndGoesOnBehindIt() {
        // given
        try (var fixture = new EngineFixture(directory)) {
            fill(fixture);
            fixture.publish(log, "behind");
        }
        damage(ColumnFamily.RECORDS, StorageSchema.recordKey(log, 0), 90);

        // when
        String entries = print(directory, print -> assertThat(print.inspection.printEntries(log, 0, 10, print.out))
                .isFalse());
        String check = print(directory, print -> assertThat(print.inspection.check(print.out))
                .isFalse());

        // then
        assertThat(entries)
                .contains("DAMAGED\trecords of log " + log + " at offset 0: ", "wrong CRC", "crc WRONG")
                .contains("    message\t3\t", "6 bytes");
        assertThat(check).contains("DAMAGED").contains(log + "\t2\t4\t1\tqueue 'orders' in vhost '/'");
    }

    @Test
    void namesDamagedRowsAndListsTheOthers() {
        // given
        long other;
        try (var fixture = new EngineFixture(directory)) {
            fill(fixture);
            other = fixture.createLog(Retention.EXPLICIT);
            fixture.commit(new Change.Define(new Definition.Vhost("v"), true));
        }
        damage(ColumnFamily.LOGS, StorageSchema.logHeadKey(log), 0);
        damage(ColumnFamily.CATALOG, DefinitionKeyCodec.encodeKey(new Definition.Vhost("v").key()), 0);

        // when
        String summary = print(directory, print -> assertThat(print.inspection.printSummary(print.out))
                .isFalse());

        // then
        assertThat(summary)
                .contains("DAMAGED\tlog " + log + ", queue 'orders' in vhost '/': ")
                .contains("DAMAGED\ta catalog row of kind VHOST")
                .contains(other + "\texplicit\t0\t0\t0")
                .contains("Queue[vhost=/, name=orders");
    }

    @Test
    void listsTheRecordsOfKafkaBatchesAlsoOfCompressedOnes() {
        // given
        long topic;
        try (var fixture = new EngineFixture(directory)) {
            topic = fixture.createLog(Retention.EXPLICIT);
            fixture.commit(batch(topic, Compression.NONE));
            fixture.commit(batch(topic, Compression.gzip().build()));
            fixture.commit(batch(topic, Compression.lz4().build()));
        }

        // when
        String entries = print(directory, print -> assertThat(print.inspection.printEntries(topic, 0, 10, print.out))
                .isTrue());

        // then
        assertThat(entries)
                .contains("compression none", "compression gzip", "compression lz4")
                .contains("    record\t0\t1970-01-01T00:00:05Z\tkey 1 bytes\tvalue 6 bytes\t0 headers")
                .contains("    record\t3\t1970-01-01T00:00:06Z\tno key\tno value\t0 headers")
                .doesNotContain("    record\t4\t")
                .doesNotContain("secret");
    }

    private static Change batch(long topic, Compression compression) {
        var records = MemoryRecords.withRecords(
                0,
                compression,
                new SimpleRecord(5_000, "k".getBytes(UTF_8), "secret".getBytes(UTF_8)),
                new SimpleRecord(6_000, (byte[]) null, null));
        byte[] bytes = new byte[records.sizeInBytes()];
        records.buffer().duplicate().get(bytes);
        return new Change.AppendBatch(topic, Slice.of(bytes), 2, 6_000, null);
    }

    @Test
    void keepsWhatClientsNamedFromSteeringTheTerminal() {
        // given
        try (var fixture = new EngineFixture(directory)) {
            fixture.commit(new Change.Define(new Definition.Vhost("a\u001b[2Jb\nc"), true));
        }

        // when
        String summary = print(directory, Print::summary);

        // then
        assertThat(summary).contains("Vhost[name=a\\x1b[2Jb\\x0ac]");
    }

    /** Flips a bit of a value's byte. */
    private void damage(ColumnFamily family, byte[] key, int at) {
        try (RocksStore store = RocksDirectory.open(directory, 64L << 20)) {
            byte[] value = store.get(family, key).clone();
            value[at] ^= 2;
            var rows = new BatchBuilder(256);
            rows.put(family, key, value);
            store.write(rows.build());
        }
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
