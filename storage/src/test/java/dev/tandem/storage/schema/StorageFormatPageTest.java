package dev.tandem.storage.schema;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.storage.body.BodyRange;
import dev.tandem.storage.body.BodyRows;
import dev.tandem.storage.catalog.Definition;
import dev.tandem.storage.catalog.DefinitionCodec;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.cursor.AckSet;
import dev.tandem.storage.cursor.CursorRows;
import dev.tandem.storage.producer.ProducerWindow;
import dev.tandem.storage.record.Envelope;
import dev.tandem.storage.record.MessageRecord;
import dev.tandem.storage.record.Origin;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.rocksdb.BatchBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** docs/storage-format.md says what the code does. */
class StorageFormatPageTest {
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private List<String> page = List.of();

    @BeforeEach
    void read() throws IOException {
        page = Files.readAllLines(Path.of("..", "docs", "storage-format.md"));
    }

    @Test
    void tellsTheSchemaVersion() {
        assertThat(page).anyMatch(line -> line.startsWith("Schema version " + StorageSchema.VERSION + "."));
    }

    @Test
    void listsTheColumnFamiliesInTheOrderOfTheirNumbers() {
        List<String> listed = page.stream()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring(3, line.indexOf('`', 3)))
                .toList();

        assertThat(listed)
                .isEqualTo(Stream.of(ColumnFamily.values())
                        .map(ColumnFamily::storedName)
                        .toList());
    }

    @Test
    void listsTheNamesOfTheMetaFamily() throws IllegalAccessException {
        Set<String> names = new TreeSet<>();
        for (var field : StorageSchema.class.getFields()) {
            if (field.getType() == byte[].class) {
                names.add(new String((byte[]) field.get(null), US_ASCII));
            }
        }
        String row = page.stream()
                .filter(line -> line.startsWith("| `default`"))
                .findFirst()
                .orElseThrow();
        var listed = new TreeSet<String>();
        var code = CODE.matcher(row.substring(row.indexOf('|', 2)));
        while (code.find()) {
            listed.add(code.group(1));
        }

        assertThat(listed).isEqualTo(names).isNotEmpty();
    }

    @Test
    void tellsTheVersionByteOfEveryValue() {
        Map<String, Integer> listed = new TreeMap<>();
        int at = page.indexOf("| value | version byte |");
        assertThat(at).isPositive();
        for (String line : page.subList(at + 2, page.size())) {
            if (!line.startsWith("|")) {
                break;
            }
            String[] cells = line.split("\\|");
            listed.put(cells[1].strip(), Integer.parseInt(cells[2].strip()));
        }

        assertThat(listed)
                .isEqualTo(Map.ofEntries(
                        Map.entry("log head", (int)
                                LogHead.empty(Retention.EXPLICIT).encode()[0]),
                        Map.entry("deletion mark", (int) new DeletionMark(0).encode()[0]),
                        Map.entry("segment", (int)
                                Segment.undescribed(0, 1, 1, 1, 1, 1).encode()[0]),
                        Map.entry("cursor rows", cursorVersion()),
                        Map.entry("producer", (int) new ProducerWindow().encode()[0]),
                        Map.entry("definition", (int) DefinitionCodec.encode(new Definition.Vhost("v"))[0]),
                        Map.entry("envelope", envelopeVersion()),
                        Map.entry("message header", messageHeaderVersion()),
                        Map.entry("shared body", sharedBodyVersion()),
                        Map.entry("reference to shared bodies", (int) BodyRows.encode(new BodyRange(0, 1))[0]),
                        Map.entry("transient chunk", transientChunkVersion())));
    }

    private static int cursorVersion() {
        Set<Integer> versions = new TreeSet<>();
        var ackSet = new AckSet();
        // Counts, a head, deltas, and after some of those, chunks.
        ackSet.countDeliveries(1, 3);
        List<long[]> holes = new ArrayList<>();
        for (int i = 0; i <= 100; i++) {
            holes.add(new long[] {10L * i + 5, 10L * i + 6});
        }
        for (long[] hole : holes) {
            ackSet.acknowledge(hole[0], hole[1]);
            ackSet.writeTo(new CursorRows() {
                @Override
                public void putHead(byte[] value) {
                    versions.add((int) value[0]);
                }

                @Override
                public void putDelta(int slot, byte[] value) {
                    versions.add((int) value[0]);
                }

                @Override
                public void putChunk(long chunk, byte[] value) {
                    versions.add((int) value[0]);
                }

                @Override
                public void deleteChunk(long chunk) {}

                @Override
                public void putCounts(long chunk, byte[] value) {
                    versions.add((int) value[0]);
                }

                @Override
                public void deleteCounts(long chunk) {}
            });
        }
        assertThat(versions).hasSize(1);
        return versions.iterator().next();
    }

    private static int envelopeVersion() {
        byte[] array = new byte[Envelope.sizeWith(0)];
        new Envelope(Origin.KAFKA, false, 1, Long.MAX_VALUE, 0, 0, array.length).write(array, 0);
        return array[0];
    }

    private static int transientChunkVersion() {
        Slice[] records = {Slice.EMPTY};
        byte[] array = new byte[TransientChunk.size(records)];
        TransientChunk.write(records, array, 0);
        return array[0];
    }

    /** Of a record whose header ends with version, flags and two empty names. */
    private static int messageHeaderVersion() {
        Slice record = MessageRecord.encode(false, Long.MAX_VALUE, Slice.EMPTY, Slice.EMPTY, Slice.EMPTY, Slice.EMPTY);
        return record.get(record.length() - 4);
    }

    /** The byte before CRC and body. */
    private static int sharedBodyVersion() {
        Slice body = BodyRows.write(new BatchBuilder(64), 0, 0, Slice.of(new byte[1]));
        return body.array()[body.offset() - 5];
    }
}
