package dev.tandem.storage.schema;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tandem.storage.StorageException.StorageFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The schema version of a directory as a line of text beside the database. The row within the database decides; the file
 * lets a start refuse a newer directory before RocksDB opens it, which already rewrites files. Directories of version 1
 * have none.
 */
public final class SchemaVersionFile {
    private static final String NAME = "schema-version";

    private SchemaVersionFile() {}

    /** The version the file tells; {@code absent} when there is none or it holds no number. */
    public static int read(Path dataDir, int absent) {
        try {
            return Integer.parseInt(
                    Files.readString(dataDir.resolve(NAME), US_ASCII).strip());
        } catch (NoSuchFileException | NumberFormatException e) {
            return absent;
        } catch (IOException e) {
            throw new StorageFailure("cannot read " + dataDir.resolve(NAME) + ": " + e, e);
        }
    }

    /** Copies the file of a directory into a copy of that directory; nothing when there is none. */
    public static void copy(Path dataDir, Path copy) throws IOException {
        if (Files.exists(dataDir.resolve(NAME))) {
            Files.copy(dataDir.resolve(NAME), copy.resolve(NAME));
        }
    }

    /** Makes the file tell this code's version. */
    public static void write(Path dataDir) {
        if (read(dataDir, 0) == StorageSchema.VERSION) {
            return;
        }
        Path part = dataDir.resolve(NAME + ".part");
        try {
            Files.writeString(part, StorageSchema.VERSION + "\n", US_ASCII);
            Files.move(part, dataDir.resolve(NAME), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new StorageFailure("cannot write " + dataDir.resolve(NAME) + ": " + e, e);
        }
    }
}
