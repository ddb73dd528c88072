package dev.tandem.storage.body;

import static dev.tandem.storage.testsupport.EngineFixture.message;
import static dev.tandem.storage.testsupport.EngineFixture.shared;
import static dev.tandem.storage.testsupport.EngineFixture.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.StorageException.PreconditionFailed;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.log.Log;
import dev.tandem.storage.rocksdb.BatchBuilder;
import dev.tandem.storage.rocksdb.RocksDirectory;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;
import dev.tandem.storage.testsupport.EngineFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A message for several queues: its body is stored once, and as long as one of them needs it. */
class SharedBodiesTest {
    private static final String BODY = "b".repeat(10_000);

    @TempDir
    Path directory;

    private EngineFixture fixture;

    @BeforeEach
    void open() {
        fixture = new EngineFixture(directory);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void everyQueueReadsTheBodyThatIsStoredOnce() {
        // given
        long[] logs = createLogs(3);

        // when
        var result = fixture.commit(shared(BODY, logs));

        // then
        assertThat(result.value(1)).isZero();
        assertReadable(logs);
        fixture.reopen();
        assertReadable(logs);
        fixture.engine().close();
        assertThat(BodyRowsInStore.of(directory)).isEqualTo(new BodyRowsInStore(1, 3));
    }

    private void assertReadable(long[] logs) {
        for (long log : logs) {
            assertThat(fixture.bodies(log, 0)).containsExactly(BODY);
        }
    }

    @Test
    void whatWasJustPublishedIsReadWithItsBodyWithoutTouchingTheDisk() {
        // given
        long[] logs = createLogs(2);
        fixture.commit(message(logs[0], "inline"));
        fixture.commit(shared(BODY, logs));

        // when
        var read = fixture.log(logs[0]).readCached(0, 2, 1 << 20).orElseThrow();

        // then
        assertThat(read.entries()).hasSize(2);
        assertThat(read.entries().get(0).message(0).body()).isEqualTo(slice("inline"));
        assertThat(read.entries().get(1).message(0).body()).isEqualTo(slice(BODY));
    }

    @Test
    void severalBodiesOfOneCommitGoToTheMessagesBehindThem() {
        // given
        long[] logs = createLogs(2);
        var changes = new java.util.ArrayList<Change>(List.of(shared("first" + BODY, logs)));
        changes.add(message(logs[0], "inline"));
        changes.addAll(List.of(shared("second" + BODY, logs)));

        // when
        fixture.commit(changes.toArray(new Change[0]));
        fixture.reopen();

        // then
        assertThat(fixture.bodies(logs[0], 0)).containsExactly("first" + BODY, "inline", "second" + BODY);
        assertThat(fixture.bodies(logs[1], 0)).containsExactly("first" + BODY, "second" + BODY);
        assertThat(fixture.bodies(logs[1], 1)).containsExactly("second" + BODY);
    }

    @Test
    void readingKeepsToItsBoundThoughRecordsThemselvesAreSmall() {
        // given
        long[] logs = createLogs(2);
        var changes = new java.util.ArrayList<Change>();
        for (int i = 0; i < 100; i++) {
            changes.addAll(List.of(shared(BODY, logs)));
        }
        fixture.commit(changes.toArray(new Change[0]));
        fixture.reopen();

        // when
        var read = fixture.log(logs[1]).readMessages(0, 100, 300_000);

        // then
        assertThat(read.entries()).hasSize(1);
        assertThat(read.nextOffset()).isBetween(20L, 30L);
    }

    @Test
    void anEntryOfManyLargeBodiesIsReadInParts() {
        // given
        long[] logs = createLogs(2);
        var changes = new java.util.ArrayList<Change>();
        for (int i = 0; i < 10; i++) {
            changes.addAll(List.of(shared(i + BODY, logs)));
        }
        fixture.commit(changes.toArray(new Change[0]));
        fixture.reopen();

        // when
        var entry = fixture.log(logs[1]).readMessages(3, 10, 25_000).entries().get(0);

        // then
        assertThat(entry.recordCount()).isEqualTo(10);
        for (int i = 0; i < 10; i++) {
            assertThat(entry.message(i).hasBody()).as("body " + i).isEqualTo(i == 3 || i == 4);
        }
        assertThat(entry.message(4).body()).isEqualTo(slice(4 + BODY));
    }

    @Test
    void theBodyGoesWhenTheLastQueueIsDoneWithIt() {
        // given
        long[] logs = createLogs(3);
        fixture.commit(shared(BODY, logs));
        acknowledge(logs[0], 0, 1);
        acknowledge(logs[2], 0, 1);

        // when
        long early = fixture.commit(new Change.FreeBodies(List.of(0L))).value(0);
        acknowledge(logs[1], 0, 1);
        long late = fixture.commit(new Change.FreeBodies(List.of(0L))).value(0);

        // then
        assertThat(early).isZero();
        assertThat(late).isEqualTo(1);
        fixture.engine().close();
        assertThat(BodyRowsInStore.of(directory)).isEqualTo(new BodyRowsInStore(0, 0));
    }

    @Test
    void aQueueThatKeepsOtherMessagesBackDoesNotKeepTheBody() {
        // given
        long[] logs = createLogs(2);
        fixture.publish(logs[0], "stuck before");
        fixture.commit(shared(BODY, logs));
        fixture.publish(logs[0], "stuck behind");

        // when
        acknowledge(logs[0], 1, 2);
        acknowledge(logs[1], 0, 1);

        // then
        assertThat(fixture.commit(new Change.FreeBodies(List.of(0L))).value(0)).isEqualTo(1);
        assertThat(fixture.log(logs[0]).readMessages(2, 3, 1).entries()).hasSize(1);
    }

    @Test
    void deletingTheQueuesFreesTheirBodies() {
        // given
        long[] logs = createLogs(2);
        fixture.commit(shared(BODY, logs));

        // when
        fixture.commit(new Change.DeleteLog(logs[0]));
        assertThat(fixture.bodies(logs[1], 0)).containsExactly(BODY);
        fixture.commit(new Change.DeleteLog(logs[1]));

        // then
        fixture.engine().close();
        assertThat(BodyRowsInStore.of(directory)).isEqualTo(new BodyRowsInStore(0, 0));
    }

    @Test
    void aQueueDeletedInTheGroupThatPublishesLeavesNothing() {
        // given
        long[] logs = createLogs(2);
        var publish = shared(BODY, logs);

        // when
        fixture.commit(
                publish[0], publish[1], publish[2], new Change.DeleteLog(logs[0]), new Change.DeleteLog(logs[1]));

        // then
        fixture.engine().close();
        assertThat(BodyRowsInStore.of(directory)).isEqualTo(new BodyRowsInStore(0, 0));
    }

    @Test
    void idsAreNotUsedAgainAfterEverythingIsFreedAndReopened() {
        // given
        long[] logs = createLogs(2);
        long first = fixture.commit(shared(BODY, logs)).value(0);
        acknowledge(logs[0], 0, 1);
        acknowledge(logs[1], 0, 1);
        fixture.commit(new Change.FreeBodies(List.of(0L)));

        // when
        fixture.reopen();
        long second = fixture.commit(shared(BODY, logs)).value(0);
        fixture.reopen();
        long third = fixture.commit(shared(BODY, logs)).value(0);

        // then
        assertThat(first).isZero();
        assertThat(second).isGreaterThan(first + BODY.length());
        assertThat(third).isEqualTo(second + BODY.length());
    }

    @Test
    void freesOnItsOwnWhatNobodyNeeds() {
        // given
        fixture.close();
        fixture = new EngineFixture(StorageConfig.defaults(directory).withCleaningInterval(Duration.ofMillis(20)));
        long[] logs = createLogs(2);
        var changes = new java.util.ArrayList<Change>();
        for (int i = 0; i < 10; i++) {
            changes.addAll(List.of(shared("x".repeat(5 << 20), logs)));
        }
        fixture.commit(changes.toArray(new Change[0]));
        long full = fixture.engine().metrics().diskBytes();

        // when
        acknowledge(logs[0], 0, 10);
        acknowledge(logs[1], 0, 10);

        // then
        Awaitility.await("space").atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(
                        fixture.engine().metrics().diskBytes())
                .isLessThan(full / 10));
        fixture.engine().close();
        assertThat(BodyRowsInStore.of(directory)).isEqualTo(new BodyRowsInStore(0, 0));
    }

    @Test
    void aMissingBodyIsNamedAndTheMessagesAroundItAreServed() {
        // given
        long[] logs = createLogs(2);
        var changes = new java.util.ArrayList<Change>();
        for (String tag : List.of("0", "1", "2")) {
            changes.addAll(List.of(shared(tag + BODY, logs)));
        }
        var result = fixture.commit(changes.toArray(new Change[0]));
        long lost = result.value(3);
        damage(rows -> rows.delete(ColumnFamily.BODIES, StorageSchema.bodyKey(lost)));

        // when
        Log log = fixture.log(logs[0]);
        var read = log.readMessages(0, 3, 1 << 20);

        // then
        var entry = read.entries().get(0);
        assertThat(entry.message(0).body()).isEqualTo(slice("0" + BODY));
        assertThat(entry.message(1).hasBody()).isFalse();
        assertThat(entry.message(2).body()).isEqualTo(slice("2" + BODY));
        assertThatThrownBy(() -> log.readMessages(1, 3, 1 << 20))
                .isInstanceOf(CorruptData.class)
                .hasMessage("records of log " + logs[0]
                        + ", read from offset 1: the message at offset 1 cannot be read: shared body " + lost
                        + " is missing");
    }

    @Test
    void aDamagedBodyIsNamedAndNeverServed() {
        // given
        long[] logs = createLogs(2);
        long id = fixture.commit(shared(BODY, logs)).value(0);
        damage(rows -> BodyRows.write(rows, id, 4711, slice("c".repeat(BODY.length()))));

        // when // then
        assertThatThrownBy(() -> fixture.bodies(logs[1], 0))
                .isInstanceOf(CorruptData.class)
                .hasMessage("records of log " + logs[1]
                        + ", read from offset 0: the message at offset 0 cannot be read: shared body " + id
                        + " has a wrong CRC");
    }

    @Test
    void refusesBodiesAndMessagesThatDoNotGoTogether() {
        long[] logs = createLogs(2);
        long topic = fixture.createLog(Retention.EXPLICIT);
        var one = shared("1" + BODY, logs);
        var other = shared("2" + BODY, logs);

        assertRefused("no message of it refers to", one[0]);
        assertRefused("no message of it refers to", one[0], other[0], other[1]);
        assertRefused("its commit does not store", one[1]);
        assertRefused("its commit does not store", one[0], one[1], other[1]);
        assertRefused("keeps its records whole", shared(BODY, logs[0], topic));
        assertThat(fixture.log(logs[0]).writtenEnd()).isZero();
    }

    private void assertRefused(String reason, Change... changes) {
        assertThatThrownBy(() -> fixture.commit(changes))
                .isInstanceOfSatisfying(PreconditionFailed.class, refused -> assertThat(refused.reason())
                        .isEqualTo(PreconditionFailed.Reason.SHARED_BODY))
                .hasMessageContaining(reason);
    }

    private long[] createLogs(int count) {
        long[] logs = new long[count];
        for (int i = 0; i < count; i++) {
            logs[i] = fixture.createLog(Retention.ACKNOWLEDGED);
        }
        return logs;
    }

    private void acknowledge(long log, long from, long to) {
        fixture.commit(new Change.Acknowledge(log, 0, new long[] {from, to}));
    }

    /** Changes rows behind the engine's back, and opens it again. */
    private void damage(java.util.function.Consumer<BatchBuilder> change) {
        fixture.engine().close();
        try (RocksStore store = RocksDirectory.open(directory, 64 << 20)) {
            var rows = new BatchBuilder(64);
            change.accept(rows);
            store.write(rows.build());
        }
        fixture.reopen();
    }
}
