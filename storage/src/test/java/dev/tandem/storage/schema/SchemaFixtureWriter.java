package dev.tandem.storage.schema;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Makes {@code src/test/resources/schema/vN.zip}: a small data directory of a released schema version, kept for the test
 * that opens each of them. Run once by hand, with the code of that version, before the version is raised:
 *
 * <pre>{@code
 * mvn -Dquick -pl storage test-compile dependency:build-classpath -Dmdep.outputFile=target/classpath
 * java -cp storage/target/test-classes:storage/target/classes:$(cat storage/target/classpath) \
 *     dev.tandem.storage.schema.SchemaFixtureWriter storage/src/test/resources/schema/v1.zip
 * }</pre>
 *
 * <p>What names the machine stays out of the zip: RocksDB's information log and options file.
 */
public final class SchemaFixtureWriter {
    /** Beginnings of names of files that RocksDB does without. */
    private static final List<String> LEFT_OUT = List.of("LOG", "LOCK", "OPTIONS");

    private SchemaFixtureWriter() {}

    public static void main(String[] args) throws IOException {
        Path zip = Path.of(args[0]);
        Path directory = Files.createTempDirectory("tandem-schema-fixture");
        FixtureContent.write(directory);
        pack(directory, zip);
        System.out.println("wrote " + zip + ", schema version " + StorageSchema.VERSION + ", " + Files.size(zip)
                + " bytes, from " + directory);
    }

    private static void pack(Path directory, Path zip) throws IOException {
        try (Stream<Path> walk = Files.walk(directory);
                var out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (Path file : walk.filter(Files::isRegularFile).sorted().toList()) {
                String name = file.getFileName().toString();
                if (LEFT_OUT.stream().noneMatch(name::startsWith)) {
                    var entry = new ZipEntry(directory.relativize(file).toString());
                    entry.setTime(0);
                    out.putNextEntry(entry);
                    Files.copy(file, out);
                    out.closeEntry();
                }
            }
        }
    }
}
