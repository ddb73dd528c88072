package dev.tandem.storage.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.StorageException.DirectoryRefused;
import dev.tandem.storage.migration.Migrations;
import dev.tandem.storage.rocksdb.BatchBuilder;
import dev.tandem.storage.rocksdb.RocksDirectory;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.testsupport.EngineFixture;
import dev.tandem.storage.tool.Inspection;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories of every released schema version open, with all that they hold; those of a later one are left alone. */
class SchemaFixtureTest {
    private static final long NATIVE_MEMORY = 64L << 20;
    private static final int NEWER = StorageSchema.VERSION + 1;

    @TempDir
    Path directory;

    private Path unpack(int version) throws IOException {
        Path target = directory.resolve("v" + version);
        try (InputStream resource = SchemaFixtureTest.class.getResourceAsStream("/schema/v" + version + ".zip")) {
            assertThat(resource).as("fixture of schema version %d", version).isNotNull();
            try (var zip = new ZipInputStream(resource)) {
                for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                    Path file = target.resolve(entry.getName());
                    Files.createDirectories(file.getParent());
                    Files.copy(zip, file);
                }
            }
        }
        return target;
    }

    /** Every file with a digest of its bytes. */
    private static Map<String, Integer> content(Path dataDir) throws IOException {
        var content = new TreeMap<String, Integer>();
        try (var files = Files.walk(dataDir)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                content.put(dataDir.relativize(file).toString(), Arrays.hashCode(Files.readAllBytes(file)));
            }
        }
        return content;
    }

    private static void writeVersionRow(Path dataDir, int version) {
        try (RocksStore store = RocksDirectory.open(dataDir, NATIVE_MEMORY)) {
            var rows = new BatchBuilder(256);
            rows.put(ColumnFamily.META, StorageSchema.SCHEMA_VERSION, StorageSchema.u32(version));
            store.write(rows.build());
        }
    }

    private static int versionRow(Path dataDir) {
        try (RocksStore store = RocksDirectory.openReadOnly(dataDir)) {
            return store.schemaVersion();
        }
    }

    @Test
    void everyOlderVersionHasAFixture() throws IOException {
        for (int version = StorageSchema.OLDEST_VERSION; version < StorageSchema.VERSION; version++) {
            // given
            Path dataDir = unpack(version);

            // when
            new EngineFixture(dataDir).close();

            // then
            assertThat(versionRow(dataDir)).isEqualTo(StorageSchema.VERSION);
            assertThat(dataDir.resolve("schema-version")).hasContent(Integer.toString(StorageSchema.VERSION));
        }
    }

    @Test
    void readsBackAllThatADirectoryOfVersion1Holds() throws IOException {
        try (var fixture = new EngineFixture(unpack(1))) {
            FixtureContent.assertReadBack(fixture);
        }
    }

    @Test
    void keepsAcknowledgementsFromBeforeTheMigrationBesideNewOnes() throws IOException {
        try (var fixture = new EngineFixture(unpack(1))) {
            FixtureContent.assertAcknowledgesOn(fixture);
        }
    }

    @Test
    void goesOnAfterAMigrationThatWasBrokenOffBeforeItsRowsWereWritten() throws IOException {
        // given
        Path dataDir = unpack(1);

        // when
        RocksDirectory.open(dataDir, NATIVE_MEMORY).close();

        // then
        assertThat(versionRow(dataDir)).isEqualTo(1);
        try (var fixture = new EngineFixture(dataDir)) {
            FixtureContent.assertReadBack(fixture);
        }
    }

    @Test
    void goesOnAfterAStartThatWasBrokenOffBehindTheMigration() throws IOException {
        // given
        Path dataDir = unpack(1);

        // when
        try (RocksStore store = RocksDirectory.open(dataDir, NATIVE_MEMORY)) {
            Migrations.run(dataDir, store);
            Migrations.run(dataDir, store);
        }

        // then
        assertThat(versionRow(dataDir)).isEqualTo(StorageSchema.VERSION);
        try (var fixture = new EngineFixture(dataDir)) {
            FixtureContent.assertReadBack(fixture);
        }
    }

    @Test
    void inspectsADirectoryOfVersion1AsItIs() throws IOException {
        // given
        Path dataDir = unpack(1);
        var before = content(dataDir);
        var out = new StringWriter();

        // when
        try (var inspection = Inspection.open(dataDir)) {
            inspection.printSummary(new PrintWriter(out));
        }

        // then
        assertThat(out.toString()).contains("schema version\t1").contains("topic 'orders' partition 1");
        assertThat(content(dataDir)).isEqualTo(before);
    }

    @Test
    void refusesANewerDirectoryAndLeavesItUntouched() throws IOException {
        // given
        Path dataDir = directory.resolve("newer");
        new EngineFixture(dataDir).close();
        writeVersionRow(dataDir, NEWER);
        Files.writeString(dataDir.resolve("schema-version"), NEWER + "\n");
        var before = content(dataDir);

        // when
        assertThatThrownBy(() -> StorageEngine.open(StorageConfig.defaults(dataDir)))
                // then
                .isInstanceOf(DirectoryRefused.class)
                .hasMessageContaining(
                        "newer version of Tandem (schema " + NEWER + ", this one uses " + StorageSchema.VERSION + ")");
        assertThatThrownBy(() -> Inspection.open(dataDir))
                .isInstanceOf(DirectoryRefused.class)
                .hasMessageContaining("newer version of Tandem");
        assertThat(content(dataDir)).isEqualTo(before);
    }

    @Test
    void theRowDecidesWhenTheFileIsLost() throws IOException {
        // given
        Path dataDir = directory.resolve("newer");
        new EngineFixture(dataDir).close();
        writeVersionRow(dataDir, NEWER);
        Files.delete(dataDir.resolve("schema-version"));

        // when
        assertThatThrownBy(() -> StorageEngine.open(StorageConfig.defaults(dataDir)))
                // then
                .isInstanceOf(DirectoryRefused.class)
                .hasMessageContaining("schema " + NEWER);
    }
}
