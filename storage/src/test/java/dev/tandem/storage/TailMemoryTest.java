package dev.tandem.storage;

import static dev.tandem.storage.testsupport.EngineFixture.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.log.Log;
import dev.tandem.storage.log.LogRead;
import dev.tandem.storage.record.StoredEntry;
import dev.tandem.storage.testsupport.EngineFixture;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory of the tail cache is used again, and never while a reader looks at it. */
class TailMemoryTest {
    private static final int BODY = 60_000;
    /** Of a cache that holds some fifty messages. */
    private static final int MESSAGES = 300;

    @TempDir
    Path directory;

    @Test
    void readersSeeWhatWasWrittenUntilTheyAreDone() {
        try (var fixture = new EngineFixture(StorageConfig.defaults(directory).withMemoryBytes(16 << 20))) {
            // given a reader that falls behind by more than the cache holds, and releases each read once
            long logId = fixture.createLog(Retention.EXPLICIT);
            Log log = fixture.log(logId);
            var held = new ArrayDeque<LogRead>();
            int checked = 0;

            for (int i = 0; i < MESSAGES; i++) {
                // when
                fixture.commit(message(logId, body(i)));
                held.add(log.readCached(i, i + 1, 1).orElseThrow());
                if (held.size() > 120) {
                    LogRead oldest = held.remove();

                    // then
                    check(oldest, checked++);
                    oldest.release();
                    oldest.release();
                }
            }
            while (!held.isEmpty()) {
                check(held.remove(), checked++);
            }
            assertThat(checked).isEqualTo(MESSAGES);
        }
    }

    @Test
    void arraysComeBackWhenReadersRelease() {
        assertThat(arraysOf(true)).isLessThan(12);
    }

    @Test
    void arraysOfReadersThatNeverReleaseAreLeftAlone() {
        assertThat(arraysOf(false)).isGreaterThan(15);
    }

    /** How many arrays served a run in which every message was read at the tail. */
    private int arraysOf(boolean releases) {
        try (var fixture = new EngineFixture(StorageConfig.defaults(directory).withMemoryBytes(16 << 20))) {
            long logId = fixture.createLog(Retention.EXPLICIT);
            Log log = fixture.log(logId);
            var arrays = new IdentityHashMap<byte[], Boolean>();
            for (int i = 0; i < MESSAGES; i++) {
                fixture.commit(message(logId, body(i)));
                LogRead read = log.readCached(i, i + 1, 1).orElseThrow();
                arrays.put(read.entries().get(0).value().array(), true);
                if (releases) {
                    read.release();
                }
            }
            return arrays.size();
        }
    }

    private static void check(LogRead read, int number) {
        Set<String> bodies = new HashSet<>();
        for (StoredEntry entry : read.entries()) {
            entry.verify();
            bodies.add(new String(entry.message(0).body().toByteArray(), java.nio.charset.StandardCharsets.UTF_8));
        }
        assertThat(bodies).containsExactly(body(number));
    }

    private static String body(int number) {
        return String.format("%010d", number).repeat(BODY / 10);
    }
}
