package dev.tandem.storage.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records find their place in the memtable from hints, one for 256 logs; what is read does not depend on them. */
class MemtableHintsTest {
    private static final int LOGS = 600;

    @TempDir
    Path directory;

    @Test
    void insertsRecordsWithHintsAndNothingElse() throws IOException {
        // given
        String options;

        // when
        try (RocksStore ignored = RocksDirectory.open(directory, 16 << 20)) {
            options = optionsFile();
        }

        // then
        for (ColumnFamily family : ColumnFamily.values()) {
            String section = options.substring(options.indexOf("[CFOptions \"" + family.storedName() + "\"]"));
            section = section.substring(0, section.indexOf("[TableOptions"));
            String extractor = family == ColumnFamily.RECORDS ? "rocksdb.FixedPrefix.7" : "nullptr";
            assertThat(section.lines().map(String::strip))
                    .contains("memtable_insert_with_hint_prefix_extractor=" + extractor)
                    .contains("prefix_extractor=nullptr")
                    .contains("compression=kNoCompression");
        }
    }

    @Test
    void readsRowsOfManyLogsInKeyOrderInWhateverOrderTheyWereWritten() {
        // given groups of rows in key order and in none, over three ranges of hints, with deletions of both kinds
        var random = new Random(42);
        var expected = new TreeMap<Long, Long>();
        try (RocksStore store = RocksDirectory.open(directory, 16 << 20)) {
            for (int group = 0; group < 60; group++) {
                var rows = new BatchBuilder(64);
                var positions = new ArrayList<Long>();
                for (int row = 0; row < 300; row++) {
                    positions.add(random.nextInt(LOGS) * 1_000L + random.nextInt(1_000));
                }
                if (group % 2 == 0) {
                    positions.sort(null);
                }
                for (long position : positions) {
                    long value = random.nextLong();
                    rows.put(ColumnFamily.RECORDS, key(position), StorageSchema.u64(value));
                    expected.put(position, value);
                }
                long gone = positions.get(0);
                rows.delete(ColumnFamily.RECORDS, key(gone));
                expected.remove(gone);
                long from = random.nextInt(LOGS) * 1_000L;
                rows.deleteRange(ColumnFamily.RECORDS, key(from), key(from + 500));
                expected.subMap(from, from + 500).clear();
                store.write(rows.build());
                if (group == 30) {
                    store.flush(ColumnFamily.RECORDS);
                }
            }

            // when
            List<Long> positions = new ArrayList<>();
            List<Long> values = new ArrayList<>();
            store.scan(ColumnFamily.RECORDS, key(0), key(LOGS * 1_000L), (key, value) -> {
                positions.add((StorageSchema.logIdOf(key) - 1) * 1_000
                        + ByteBuffer.wrap(key).getLong(8));
                values.add(StorageSchema.readU64(value));
                return true;
            });

            // then
            assertThat(positions).isEqualTo(List.copyOf(expected.keySet()));
            assertThat(values).isEqualTo(List.copyOf(expected.values()));
        }
    }

    private static byte[] key(long position) {
        return StorageSchema.recordKey(1 + position / 1_000, position % 1_000);
    }

    private String optionsFile() throws IOException {
        try (var files = Files.list(RocksDirectory.databaseOf(directory))) {
            Path last = files.filter(file -> file.getFileName().toString().startsWith("OPTIONS-"))
                    .max(Path::compareTo)
                    .orElseThrow();
            return Files.readString(last);
        }
    }
}
