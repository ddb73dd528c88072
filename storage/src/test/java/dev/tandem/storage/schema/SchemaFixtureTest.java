package dev.tandem.storage.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.storage.testsupport.EngineFixture;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories of every released schema version open, with all that they hold. */
class SchemaFixtureTest {
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

    @Test
    void readsBackAllThatADirectoryOfVersion1Holds() throws IOException {
        try (var fixture = new EngineFixture(unpack(1))) {
            FixtureContent.assertReadBack(fixture);
        }
    }
}
