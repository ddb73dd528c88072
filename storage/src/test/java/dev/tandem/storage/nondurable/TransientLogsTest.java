package dev.tandem.storage.nondurable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.record.MessageView;
import dev.tandem.storage.rocksdb.BatchBuilder;
import dev.tandem.storage.rocksdb.RocksDirectory;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransientLogsTest {
    private static final int BUDGET = 256 << 10;
    private static final int BODY = 1000;

    @TempDir
    private Path directory;

    private final ExecutorService readers = Executors.newFixedThreadPool(2);
    private RocksStore store;
    private TransientLogs logs;
    private LogOwner owner;

    @BeforeEach
    void open() {
        store = RocksDirectory.open(directory, 32 << 20);
        logs = TransientLogs.open(store, readers, BUDGET, reason -> {});
        owner = new LogOwner(logs);
    }

    @AfterEach
    void close() {
        owner.close();
        logs.close();
        readers.shutdown();
        store.close();
    }

    @Test
    void keepsWhatFitsInMemory() {
        // given
        TransientLog log = owner.create();

        // when
        fill(log, 100);

        // then
        assertThat(logs.budget().usedBytes()).isBetween(100L * BODY, 100L * (BODY + 2 * MemoryBudget.MESSAGE_BYTES));
        assertThat(logs.spilledChunks()).isZero();
        assertThat(store.isEmpty(ColumnFamily.TRANSIENT)).isTrue();
    }

    @Test
    void spillsTheEndOfTheLargestLogFirst() {
        // given
        TransientLog small = owner.create();
        TransientLog large = owner.create();
        fill(small, 20);

        // when
        fill(large, 1000);

        // then
        await().untilAsserted(() -> assertThat(logs.budget().usedBytes()).isLessThan(BUDGET * 3L / 4));
        assertIsInMemory(small, 0, true);
        assertIsInMemory(small, 19, true);
        assertIsInMemory(large, 0, true);
        assertIsInMemory(large, 800, false);
    }

    @Test
    void tellsOfAChunkThatTheDiskHasDamagedAndReadsOnBehindIt() {
        // given
        TransientLog log = owner.create();
        fill(log, 1000);
        await().untilAsserted(() -> assertThat(logs.budget().usedBytes()).isLessThan(BUDGET * 3L / 4));
        long damaged = spilledChunk();
        var rows = new BatchBuilder(100);
        rows.put(ColumnFamily.TRANSIENT, StorageSchema.transientKey(0, damaged), new byte[] {1, 2, 3});
        store.writeUnlogged(rows.finish());

        // then
        await().untilAsserted(() -> {
            // A chunk whose row is written may be in memory still.
            owner.run(() -> log.read(damaged));
            assertThat(owner.<@Nullable CorruptData>call(() -> log.damageAt(damaged)))
                    .hasMessageContaining("non-durable log 0 spilled at offset " + damaged);
        });
        assertThat(owner.<@Nullable MessageView>call(() -> log.read(damaged))).isNull();
        owner.run(() -> log.acknowledgeFrom(damaged));
        owner.append(log, body(1));
        assertThat(owner.read(log, 1000)).isEqualTo(body(1));
    }

    /** The offset of the first row of a spilled chunk. */
    private long spilledChunk() {
        var first = new long[] {-1};
        store.scan(ColumnFamily.TRANSIENT, StorageSchema.logPrefix(0), StorageSchema.logPrefix(1), (key, value) -> {
            first[0] = ByteBuffer.wrap(key).getLong(8);
            return false;
        });
        return first[0];
    }

    @Test
    void takesNothingForALogThatIsEmptyAgain() {
        // given
        TransientLog log = owner.create();

        // when
        for (int i = 0; i < 10_000; i++) {
            owner.append(log, body(i));
            long offset = i;
            owner.run(() -> log.acknowledge(offset));
        }

        // then
        assertThat(logs.budget().usedBytes()).isZero();
        assertThat(log.sizeInBytes()).isZero();
        assertThat(log.end()).isEqualTo(10_000);
    }

    @Test
    void spillsManySmallLogsWhenThereIsNoLargeOne() {
        // given
        var many = new TransientLog[500];

        // when
        for (int i = 0; i < many.length; i++) {
            many[i] = owner.create();
            owner.append(many[i], body(i));
        }

        // then
        await().untilAsserted(() -> assertThat(logs.budget().usedBytes()).isLessThan(BUDGET * 3L / 4));
        for (int i = 0; i < many.length; i++) {
            assertThat(owner.read(many[i], 0)).isEqualTo(body(i));
        }
    }

    @Test
    void keepsAChunkThatWasReadBackOnlyWhileItIsRead() {
        // given
        TransientLog log = owner.create();
        fill(log, 5000);
        await().untilAsserted(() -> {
            assertThat(logs.spilledBytes()).isGreaterThan(4 << 20);
            assertThat(logs.budget().usedBytes()).isLessThan(BUDGET);
        });
        long spilled = logs.spilledBytes();

        // when
        for (int i = 0; i < 5000; i++) {
            assertThat(owner.read(log, i)).isEqualTo(body(i));
        }
        owner.run(log::idle);

        // then
        assertThat(logs.budget().usedBytes()).isLessThan(BUDGET);
        assertThat(logs.spilledBytes()).isGreaterThanOrEqualTo(spilled);
    }

    @Test
    void givesTheDiskSpaceOfAConsumedBacklogBack() {
        // given
        TransientLog log = owner.create();
        fill(log, 6_000);
        await().untilAsserted(() -> assertThat(logs.budget().usedBytes()).isLessThan(BUDGET));
        assertThat(RocksDirectory.sizeInBytes(directory)).isGreaterThan(5 << 20);

        // when
        for (int i = 0; i < 6_000; i++) {
            owner.read(log, i);
            long offset = i;
            owner.run(() -> log.acknowledge(offset));
        }

        // then
        assertThat(logs.budget().usedBytes()).isZero();
        await().untilAsserted(() -> {
            assertThat(store.isEmpty(ColumnFamily.TRANSIENT)).isTrue();
            assertThat(RocksDirectory.sizeInBytes(directory)).isLessThan(1 << 20);
        });
    }

    @Test
    void leavesNothingBehindWhenItCloses() {
        // given
        fill(owner.create(), 5000);
        await().untilAsserted(() -> assertThat(logs.spilledChunks()).isPositive());

        // when
        logs.close();

        // then
        assertThat(store.isEmpty(ColumnFamily.TRANSIENT)).isTrue();
    }

    @Test
    void refusesToReadWhatWasAcknowledged() {
        // given
        TransientLog log = owner.create();
        fill(log, 3);
        owner.run(() -> log.acknowledge(1));

        // then
        owner.run(() -> assertThatIllegalStateException().isThrownBy(() -> log.read(1)));
        owner.run(() -> assertThatIllegalStateException().isThrownBy(() -> log.read(3)));
        assertThat(owner.read(log, 2)).isEqualTo(body(2));
    }

    @Test
    void letsPublishersWaitOnlyWhileTheDiskTakesNothing() throws Exception {
        // given
        TransientLog log = owner.create();
        store.close();
        fill(log, 400);
        assertThat(logs.budget().isExhausted()).isTrue();
        var resumed = new CountDownLatch(1);
        logs.budget().whenAvailable(owner.thread(), resumed::countDown);
        assertThat(resumed.getCount()).isEqualTo(1);

        // when
        for (int i = 0; i < 300; i++) {
            assertThat(owner.read(log, i)).isEqualTo(body(i));
            long offset = i;
            owner.run(() -> log.acknowledge(offset));
        }

        // then
        resumed.await();
        owner.run(log::delete);
        assertThat(logs.budget().usedBytes()).isZero();
    }

    @Test
    void losesNothingWhenTheDatabaseIsOpenedAgainMeanwhile() {
        // given
        TransientLog log = owner.create();
        int messages = 0;

        // when
        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < 300; i++) {
                owner.append(log, body(messages++));
            }
            store.reopen();
        }

        // then
        assertThat(store.openings()).isEqualTo(11);
        await().untilAsserted(() -> assertThat(logs.budget().usedBytes()).isLessThan(BUDGET * 3L / 4));
        for (int i = 0; i < messages; i++) {
            assertThat(owner.read(log, i)).isEqualTo(body(i));
        }
    }

    @Test
    void hasAReserveBeyondTheLimit() {
        // given
        var pressed = new AtomicBoolean();
        var budget = new MemoryBudget(1000, () -> pressed.set(true));

        // when
        budget.take(750);
        assertThat(pressed).isFalse();
        budget.take(250);

        // then
        assertThat(pressed).isTrue();
        assertThat(budget.isExhausted()).isTrue();
        assertThat(budget.isReserveExhausted()).isFalse();
        budget.take(250);
        assertThat(budget.isReserveExhausted()).isTrue();
        assertThat(budget.excessBytes(200)).isEqualTo(1250 - 200 - 625);
        budget.release(600);
        assertThat(budget.excessBytes(0)).isZero();
    }

    private void fill(TransientLog log, int messages) {
        for (int i = 0; i < messages; i++) {
            owner.append(log, body(i));
        }
    }

    private void assertIsInMemory(TransientLog log, long offset, boolean isInMemory) {
        assertThat(owner.call(() -> log.read(offset) != null)).isEqualTo(isInMemory);
    }

    private static byte[] body(int number) {
        byte[] body = new byte[BODY];
        new Random(number).nextBytes(body);
        ByteBuffer.wrap(body).putInt(number);
        return body;
    }
}
