package dev.tandem.kafka.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.StorageMetrics;
import dev.tandem.storage.clean.Compaction;
import dev.tandem.storage.clean.LogPolicy;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.log.Log;
import dev.tandem.storage.log.LogRead;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.record.StoredEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.awaitility.Awaitility;

/**
 * Random records, trims, restarts and crashes while the log is compacted all the time, against a map of what was appended.
 * jqwik prints the seed of a run that fails.
 */
class LogCompactionTest {
    private static final LogPolicy COMPACTED =
            LogPolicy.KEEP_ALL.compacted(new Compaction(KafkaBatchRewriter.INSTANCE, 0, 0, Long.MAX_VALUE, 0, 0, 1));
    private static final int STEPS = 120;

    /** All records ever appended, by offset. */
    private final TreeMap<Long, Keyed> appended = new TreeMap<>();

    private Path directory;
    private StorageEngine engine;
    private long logId;
    private int crashes;
    private long rewritten;

    @Property(tries = 10, shrinking = ShrinkingMode.OFF)
    void theNewestRecordOfEveryKeyStaysAtItsOffset(@ForAll long seed) throws Exception {
        // given
        var random = new Random(seed);
        Path parent = Files.createTempDirectory("log-compaction");
        directory = parent.resolve("data");
        begin();
        try {
            // when
            for (int step = 0; step < STEPS; step++) {
                step(random);
            }
            append(CompressionType.NONE, new Keyed("last", "1"));
            append(CompressionType.NONE, new Keyed("last", "2"));

            // then
            Awaitility.await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(read(0).keySet())
                    .isEqualTo(offsetsThatStay()));
            close();
            open();
            assertThat(read(0).keySet()).isEqualTo(offsetsThatStay());
            assertThat(log().writtenEnd()).isEqualTo(appended.lastKey() + 1);
            assertThat(rewritten).as("bytes that compaction took away").isPositive();
        } finally {
            close();
            delete(parent);
        }
    }

    private void begin() throws Exception {
        appended.clear();
        logId = 0;
        crashes = 0;
        rewritten = 0;
        open();
        logId = engine.allocateLogId();
        commit(new Change.CreateLog(logId, Change.CreateLog.Retention.EXPLICIT));
        engine.setPolicy(logId, COMPACTED);
    }

    private void step(Random random) throws Exception {
        int dice = random.nextInt(40);
        if (dice == 0) {
            close();
            open();
        } else if (dice == 1) {
            crash();
        } else if (dice < 4 && !appended.isEmpty()) {
            long start = log().startOffset();
            commit(new Change.TrimLog(logId, start + random.nextInt((int) (log().writtenEnd() - start) + 1) / 2));
        } else if (dice < 6) {
            assertReadable(random);
        } else {
            var records = new Keyed[1 + random.nextInt(8)];
            for (int i = 0; i < records.length; i++) {
                String value = random.nextInt(5) == 0 ? null : "value " + appended.size() + " " + i;
                records[i] = new Keyed("key " + random.nextInt(12), value);
            }
            append(CompressionType.values()[random.nextInt(CompressionType.values().length)], records);
        }
    }

    /** What a crash leaves is what a checkpoint takes, at whatever commit the compaction has come to: goes on with that. */
    private void crash() throws Exception {
        Path left = directory.resolveSibling("crash-" + crashes++);
        engine.backup(left).done().get(60, TimeUnit.SECONDS);
        close();
        directory = left;
        open();
        assertThat(engine.recovered()).isTrue();
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void assertReadable(Random random) throws Exception {
        long from = appended.isEmpty() ? 0 : random.nextInt((int) (appended.lastKey() + 1));
        var found = read(from);
        // Nothing is what it was not, nor where it was not.
        assertThat(appended).containsAllEntriesOf(found);
        // Of every key that has a value, the newest is there.
        long start = Math.max(from, log().startOffset());
        newest().forEach((key, offset) -> {
            if (offset >= start && appended.get(offset).value != null) {
                assertThat(found).as("key '%s'", key).containsKey(offset);
            }
        });
    }

    private TreeMap<String, Long> newest() {
        var newest = new TreeMap<String, Long>();
        appended.forEach((offset, record) -> newest.put(record.key, offset));
        return newest;
    }

    /** The newest of each key unless it is a tombstone, and the last entry whatever it is. */
    private Set<Long> offsetsThatStay() throws Exception {
        long start = log().startOffset();
        var stay = new HashSet<Long>();
        newest().values().stream()
                .filter(offset -> offset >= start && appended.get(offset).value != null)
                .forEach(stay::add);
        stay.add(appended.lastKey());
        // The record before it is older than it, but only just: the last entry is not mapped.
        stay.add(appended.lastKey() - 1);
        return stay;
    }

    private void append(CompressionType codec, Keyed... records) throws Exception {
        long now = System.currentTimeMillis();
        var simple = new SimpleRecord[records.length];
        for (int i = 0; i < records.length; i++) {
            String value = records[i].value;
            simple[i] =
                    new SimpleRecord(now, records[i].key.getBytes(UTF_8), value == null ? null : value.getBytes(UTF_8));
        }
        ByteBuffer buffer =
                MemoryRecords.withRecords(Compression.of(codec).build(), simple).buffer();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        long base = engine.commit(
                        Commit.builder().add(new Change.AppendBatch(logId, Slice.of(bytes), records.length, now, null)),
                        Durability.SYNCED)
                .get(60, TimeUnit.SECONDS)
                .value(0);
        for (int i = 0; i < records.length; i++) {
            appended.put(base + i, records[i]);
        }
    }

    private TreeMap<Long, Keyed> read(long from) throws Exception {
        Log log = log();
        var found = new TreeMap<Long, Keyed>();
        long start = Math.max(from, log.startOffset());
        for (long next = start; next < log.writtenEnd(); ) {
            LogRead read = log.read(next, log.writtenEnd(), 1 << 20);
            for (StoredEntry entry : read.entries()) {
                Slice batches = entry.batches();
                for (Record record :
                        MemoryRecords.readableRecords(batches.toByteBuffer()).records()) {
                    if (record.offset() >= start) {
                        found.put(
                                record.offset(),
                                new Keyed(
                                        UTF_8.decode(record.key()).toString(),
                                        record.hasValue()
                                                ? UTF_8.decode(record.value()).toString()
                                                : null));
                    }
                }
            }
            next = Math.max(next + 1, read.nextOffset());
        }
        return found;
    }

    private Log log() throws Exception {
        return engine.log(logId).get(60, TimeUnit.SECONDS);
    }

    private void commit(Change change) throws Exception {
        engine.commit(Commit.builder().add(change), Durability.SYNCED).get(60, TimeUnit.SECONDS);
    }

    private void open() {
        engine = StorageEngine.open(StorageConfig.defaults(directory).withCleaningInterval(Duration.ofMillis(5)));
        if (logId != 0) {
            engine.setPolicy(logId, COMPACTED);
        }
    }

    private void close() {
        StorageMetrics.LogCompaction done = engine.metrics().logCompaction();
        rewritten += done.bytesBefore() - done.bytesAfter();
        engine.close();
    }

    private record Keyed(
            String key, @org.jspecify.annotations.Nullable String value) {}
}
