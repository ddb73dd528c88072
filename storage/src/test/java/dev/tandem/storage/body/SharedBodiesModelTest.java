package dev.tandem.storage.body;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.log.Log;
import dev.tandem.storage.record.BodyReference;
import dev.tandem.storage.record.MessageRecord;
import dev.tandem.storage.record.MessageView;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.record.StoredEntry;
import dev.tandem.storage.testsupport.EngineFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.awaitility.Awaitility;

/** Random fan-outs, acknowledgements, deletions, passes and restarts: what is unacknowledged can be read. */
class SharedBodiesModelTest {
    private static final int STEPS = 120;
    private static final int MAX_LOGS = 8;

    /** The messages of one log, each told by the seed and the length of its body. */
    private static final class Queue {
        final List<long[]> messages = new ArrayList<>();
        final BitSet acknowledged = new BitSet();
    }

    @Property(tries = 8, shrinking = ShrinkingMode.OFF)
    void everyUnacknowledgedMessageHasItsBodyAndNothingIsLeftInTheEnd(@ForAll long seed) throws IOException {
        Path directory = Files.createTempDirectory("tandem-bodies");
        try {
            new Run(directory, seed).run();
        } finally {
            delete(directory);
        }
    }

    private static final class Run {
        private final Path directory;
        private final Random random;
        private final Map<Long, Queue> queues = new TreeMap<>();
        private final AtomicLong nowMillis = new AtomicLong();
        private EngineFixture engine;

        Run(Path directory, long seed) {
            this.directory = directory;
            this.random = new Random(seed);
            this.engine = open();
        }

        /** Background work as often as it can, and time flies: what is unacknowledged for two rounds counts as stuck. */
        private EngineFixture open() {
            return new EngineFixture(
                    StorageConfig.defaults(directory)
                            .withMemoryBytes(32 << 20)
                            .withCleaningInterval(Duration.ofMillis(10)),
                    config -> StorageEngine.open(config, () -> Instant.ofEpochMilli(nowMillis.addAndGet(10_000))));
        }

        void run() {
            try {
                for (int i = 0; i < STEPS; i++) {
                    step();
                }
                check();
                finish();
            } finally {
                engine.close();
            }
            assertThat(BodyRowsInStore.of(directory)).isEqualTo(new BodyRowsInStore(0, 0));
        }

        private void step() {
            int kind = random.nextInt(100);
            if (queues.size() < 2 || kind < 5 && queues.size() < MAX_LOGS) {
                queues.put(engine.createLog(Retention.ACKNOWLEDGED), new Queue());
            } else if (kind < 8) {
                long logId = anyLog();
                queues.remove(logId);
                engine.commit(new Change.DeleteLog(logId));
            } else if (kind < 55) {
                publish();
            } else if (kind < 88) {
                acknowledge(anyLog());
            } else if (kind < 92) {
                engine.commit(
                        new Change.FreeBodies(LongStream.range(0, 100).boxed().toList()));
            } else if (kind < 97) {
                check();
            } else {
                engine.close();
                engine = open();
                check();
            }
        }

        private long anyLog() {
            var ids = List.copyOf(queues.keySet());
            return ids.get(random.nextInt(ids.size()));
        }

        /** Some messages in one commit, each for some logs: sharing a body, or with a body of their own. */
        private void publish() {
            var changes = new ArrayList<Change>();
            for (int i = 0; i <= random.nextInt(4); i++) {
                long bodySeed = random.nextLong();
                int length = random.nextInt(40) == 0 ? (3 << 20) + random.nextInt(15 << 20) : random.nextInt(200_000);
                Slice body = body(bodySeed, length);
                var logs = new ArrayList<>(queues.keySet());
                logs.removeIf(log -> random.nextInt(3) == 0);
                if (logs.isEmpty() || random.nextInt(4) == 0) {
                    add(changes, anyLog(), whole(body), false, bodySeed, length);
                    continue;
                }
                var reference = BodyReference.to(body);
                changes.add(new Change.StoreBody(body, reference.crc()));
                Slice record = MessageRecord.encodeShared(
                        true, Long.MAX_VALUE, Slice.EMPTY, Slice.EMPTY, Slice.EMPTY, reference);
                logs.forEach(log -> add(changes, log, record, true, bodySeed, length));
            }
            engine.commit(changes.toArray(new Change[0]));
        }

        private static Slice whole(Slice body) {
            return MessageRecord.encode(true, Long.MAX_VALUE, Slice.EMPTY, Slice.EMPTY, Slice.EMPTY, body);
        }

        private void add(List<Change> changes, long logId, Slice record, boolean shares, long bodySeed, int length) {
            boolean isTransient = random.nextInt(5) == 0;
            changes.add(new Change.AppendMessage(logId, record, 1_000, Long.MAX_VALUE, isTransient, shares));
            queue(logId).messages.add(new long[] {bodySeed, length});
        }

        private Queue queue(long logId) {
            return java.util.Objects.requireNonNull(queues.get(logId));
        }

        /** From the front, or behind what was acknowledged last, which leaves messages stuck; sometimes all that follow. */
        private void acknowledge(long logId) {
            Queue queue = queue(logId);
            int end = queue.messages.size();
            int from = (random.nextBoolean() ? queue.acknowledged.nextClearBit(0) : queue.acknowledged.length())
                    + (random.nextInt(3) == 0 ? random.nextInt(5) : 0);
            int to = random.nextInt(3) == 0 ? end : Math.min(end, from + 1 + random.nextInt(6));
            if (from < to) {
                queue.acknowledged.set(from, to);
                engine.commit(new Change.Acknowledge(logId, 0, new long[] {from, to}));
            }
        }

        private void check() {
            queues.forEach((logId, queue) -> {
                Log log = engine.log(logId);
                assertThat(log.writtenEnd()).isEqualTo(queue.messages.size());
                int at = queue.acknowledged.nextClearBit(0);
                while (at < queue.messages.size()) {
                    assertBody(log, at, queue.messages.get(at));
                    at = queue.acknowledged.nextClearBit(at + 1);
                }
            });
        }

        private static void assertBody(Log log, int offset, long[] expected) {
            StoredEntry entry =
                    log.readMessages(offset, offset + 1L, 1).entries().get(0);
            MessageView message = java.util.Objects.requireNonNull(entry.messageAt(offset));
            assertThat(message.offset()).isEqualTo(offset);
            assertThat(message.body())
                    .as("body of the message at offset %d of log %d", offset, log.id())
                    .isEqualTo(body(expected[0], (int) expected[1]));
        }

        /** All queues are done, some by being deleted: the passes find what is free on their own. */
        private void finish() {
            queues.forEach((logId, queue) -> {
                if (random.nextInt(3) == 0) {
                    engine.commit(new Change.DeleteLog(logId));
                } else if (!queue.messages.isEmpty()) {
                    engine.commit(new Change.Acknowledge(logId, 0, new long[] {0, queue.messages.size()}));
                }
            });
            if (random.nextBoolean()) {
                engine.close();
                engine = open();
            }
            Awaitility.await("freed")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> engine.engine().metrics().sharedBodyBytes() == 0);
        }
    }

    private static Slice body(long seed, int length) {
        byte[] body = new byte[length];
        new Random(seed).nextBytes(body);
        return Slice.of(body);
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
