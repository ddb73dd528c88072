package dev.tandem.storage.nondurable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.storage.rocksdb.RocksDirectory;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Logs that spill all the time hold what a sorted map would hold, whatever is done to them in whatever order, and however
 * often the database is opened again beneath them, as it is after a failed write.
 */
class TransientLogModelTest {
    private static Path directory;
    private static RocksStore store;

    @BeforeContainer
    static void open() throws IOException {
        directory = Files.createTempDirectory("transient-log-model");
        store = RocksDirectory.open(directory, 64 << 20);
    }

    @AfterContainer
    static void close() throws IOException {
        store.close();
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Property(tries = 25)
    void holdsWhatIsNotAcknowledged(@ForAll long seed) {
        var random = new Random(seed);
        ExecutorService readers = Executors.newFixedThreadPool(2);
        var logs = TransientLogs.open(store, readers, 16 << 10, reason -> {});
        try (var owner = new LogOwner(logs);
                var other = new LogOwner(logs)) {
            var model = new ArrayList<ModelLog>();
            for (int i = 0; i < 4; i++) {
                model.add(new ModelLog(i < 3 ? owner : other, random));
            }
            for (int step = 0; step < 600; step++) {
                model.get(random.nextInt(model.size())).step();
                if (random.nextInt(150) == 0) {
                    store.reopen();
                }
            }
            model.forEach(ModelLog::check);
            assertThat(logs.count()).isEqualTo(4);
            model.forEach(ModelLog::delete);
            assertNothingIsLeft(logs);
        } finally {
            logs.close();
            readers.shutdown();
        }
    }

    private static void assertNothingIsLeft(TransientLogs logs) {
        assertThat(logs.count()).isZero();
        assertThat(logs.budget().usedBytes()).isZero();
        // A chunk that was on its way to the disk when its log went is deleted after it.
        await().untilAsserted(() -> {
            List<byte[]> rows = new ArrayList<>();
            store.scan(
                    ColumnFamily.TRANSIENT,
                    StorageSchema.logPrefix(0),
                    StorageSchema.logPrefix(Long.MAX_VALUE),
                    (key, value) -> rows.add(key));
            assertThat(rows).isEmpty();
        });
        assertThat(logs.spilledBytes()).isZero();
        assertThat(logs.spilledChunks()).isZero();
    }

    private static final class ModelLog {
        final LogOwner owner;
        final Random random;
        final TreeMap<Long, byte[]> held = new TreeMap<>();
        TransientLog log;
        long end;

        ModelLog(LogOwner owner, Random random) {
            this.owner = owner;
            this.random = random;
            this.log = owner.create();
        }

        void step() {
            switch (random.nextInt(20)) {
                case 0, 1, 2, 3, 4, 5, 6 -> append(1 + random.nextInt(20));
                case 7, 8, 9 -> readOn();
                case 10, 11 -> readAny();
                case 12, 13, 14 -> acknowledgeFirst(random.nextInt(30));
                case 15, 16 -> acknowledgeAny();
                case 17 -> owner.run(log::idle);
                case 18 -> {
                    if (random.nextInt(8) == 0) {
                        purge();
                    }
                }
                default -> {
                    if (random.nextInt(20) == 0) {
                        delete();
                        held.clear();
                        end = 0;
                        log = owner.create();
                    }
                }
            }
        }

        void append(int count) {
            for (int i = 0; i < count; i++) {
                byte[] body = new byte[8 + random.nextInt(random.nextInt(10) == 0 ? 3000 : 100)];
                random.nextBytes(body);
                ByteBuffer.wrap(body).putLong(end);
                owner.append(log, body);
                held.put(end++, body);
            }
            assertThat(log.end()).isEqualTo(end);
        }

        void readOn() {
            held.entrySet().stream().limit(20).forEach(entry -> assertRead(entry.getKey(), entry.getValue()));
        }

        void readAny() {
            if (!held.isEmpty()) {
                var entry = held.ceilingEntry(
                        (long) random.nextInt((int) held.lastKey().longValue() + 1));
                assertRead(entry.getKey(), entry.getValue());
            }
        }

        void assertRead(long offset, byte[] body) {
            assertThat(owner.read(log, offset)).isEqualTo(body);
        }

        void acknowledgeFirst(int count) {
            for (int i = 0; i < count && !held.isEmpty(); i++) {
                acknowledge(held.firstKey());
            }
        }

        void acknowledgeAny() {
            if (!held.isEmpty()) {
                acknowledge(held.ceilingKey(
                        (long) random.nextInt((int) held.lastKey().longValue() + 1)));
            }
        }

        void acknowledge(long offset) {
            held.remove(offset);
            owner.run(() -> {
                log.acknowledge(offset);
                log.acknowledge(offset);
            });
        }

        void purge() {
            long from = end - random.nextInt((int) end + 1);
            held.tailMap(from).clear();
            owner.run(() -> log.acknowledgeFrom(from));
        }

        void check() {
            held.forEach(this::assertRead);
            if (held.isEmpty()) {
                assertThat(log.sizeInBytes()).isZero();
            }
        }

        void delete() {
            owner.run(log::delete);
            assertThat(log.sizeInBytes()).isZero();
        }
    }
}
