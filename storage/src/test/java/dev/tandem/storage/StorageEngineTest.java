package dev.tandem.storage;

import static dev.tandem.storage.testsupport.EngineFixture.await;
import static dev.tandem.storage.testsupport.EngineFixture.message;
import static dev.tandem.storage.testsupport.EngineFixture.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.storage.StorageException.AlreadyExists;
import dev.tandem.storage.StorageException.DirectoryRefused;
import dev.tandem.storage.StorageException.NotFound;
import dev.tandem.storage.StorageException.PreconditionFailed;
import dev.tandem.storage.StorageException.StorageFailure;
import dev.tandem.storage.catalog.Definition;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.cursor.AckSetView;
import dev.tandem.storage.group.GroupRecord;
import dev.tandem.storage.record.RecordBatchLayout;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.testsupport.EngineFixture;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageEngineTest {
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
    void readsBackMessagesInOrderFromTheCacheAndAfterARestart() {
        // given
        long log = fixture.createLog(Retention.ACKNOWLEDGED);

        // when
        for (int i = 0; i < 50; i++) {
            assertThat(fixture.publish(log, "message " + i)).isEqualTo(i);
        }

        // then
        List<String> expected =
                IntStream.range(0, 50).mapToObj(i -> "message " + i).toList();
        assertThat(fixture.bodies(log, 0)).isEqualTo(expected);
        assertThat(fixture.reopen().bodies(log, 0)).isEqualTo(expected);
        assertThat(fixture.bodies(log, 37)).isEqualTo(expected.subList(37, 50));
        assertThat(fixture.publish(log, "next")).isEqualTo(50);
    }

    @Test
    void messagesOfOneCommitShareABatchAndKeepTheirOffsets() {
        // given
        long log = fixture.createLog(Retention.ACKNOWLEDGED);

        // when
        var result = fixture.commit(message(log, "a"), message(log, "b"), message(log, "c"));

        // then
        assertThat(List.of(result.value(0), result.value(1), result.value(2))).containsExactly(0L, 1L, 2L);
        var read = fixture.log(log).read(0, 3, 1 << 20);
        assertThat(read.entries()).hasSize(1);
        read.entries().get(0).verify();
        assertThat(fixture.bodies(log, 1)).containsExactly("b", "c");
    }

    @Test
    void aCommitToSeveralLogsIsRefusedWholeWhenOneIsMissing() {
        // given
        long log = fixture.createLog(Retention.ACKNOWLEDGED);

        // when
        assertThatThrownBy(() -> fixture.commit(message(log, "lost"), message(9_999, "nowhere")))
                .isInstanceOf(NotFound.class)
                .hasMessageContaining("log 9999");

        // then
        assertThat(fixture.log(log).writtenEnd()).isZero();
        assertThat(fixture.publish(log, "first")).isZero();
    }

    @Test
    void createsALogAndAppendsToItInOneCommit() {
        // given
        long log = fixture.engine().allocateLogId();

        // when
        fixture.commit(new Change.CreateLog(log, Retention.EXPLICIT), message(log, "a"));

        // then
        assertThat(fixture.bodies(log, 0)).containsExactly("a");
    }

    @Test
    void neverHandsOutALogIdTwice() {
        // given
        long first = fixture.createLog(Retention.EXPLICIT);
        fixture.commit(new Change.DeleteLog(first));

        // when
        long second = fixture.reopen().engine().allocateLogId();

        // then
        assertThat(second).isGreaterThan(first);
    }

    @Test
    void aDeletedLogIsGone() {
        // given
        long log = fixture.createLog(Retention.EXPLICIT);
        fixture.publish(log, "a");

        // when
        fixture.commit(new Change.DeleteLog(log));

        // then
        assertThatThrownBy(() -> fixture.log(log)).isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> fixture.publish(log, "b")).isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> fixture.reopen().log(log)).isInstanceOf(NotFound.class);
    }

    @Test
    void acknowledgementsSurviveARestart() {
        // given
        long log = fixture.createLog(Retention.ACKNOWLEDGED);
        for (int i = 0; i < 10; i++) {
            fixture.publish(log, "m" + i);
        }

        // when
        fixture.commit(new Change.Acknowledge(log, 0, new long[] {0, 3, 5, 6}));
        fixture.reopen();

        // then
        AckSetView view = await(fixture.engine().ackSet(log, 0));
        assertThat(view.floor()).isEqualTo(3);
        assertThat(view.contains(5)).isTrue();
        assertThat(view.contains(4)).isFalse();
        assertThat(view.cardinalityAboveFloor()).isEqualTo(1);
    }

    @Test
    void neverAcknowledgesOffsetsThatDoNotExistYet() {
        // given
        long log = fixture.createLog(Retention.ACKNOWLEDGED);
        fixture.publish(log, "a");

        // when
        fixture.commit(new Change.Acknowledge(log, 0, new long[] {0, 100}));

        // then
        assertThat(await(fixture.engine().ackSet(log, 0)).floor()).isEqualTo(1);
    }

    @Test
    void deliveredEndHoldsAfterACleanStopOnly() {
        // given
        long log = fixture.createLog(Retention.ACKNOWLEDGED);
        fixture.publish(log, "a");
        fixture.publish(log, "b");
        fixture.commit(new Change.StoreDeliveredEnd(log, 0, 1));

        // when
        fixture.reopen();

        // then
        assertThat(fixture.engine().recovered()).isFalse();
        assertThat(await(fixture.engine().ackSet(log, 0)).deliveredEnd()).isEqualTo(1);
    }

    @Test
    void trimsAndNeverUsesAnOffsetAgain() {
        // given
        long log = fixture.createLog(Retention.EXPLICIT);
        for (int i = 0; i < 10; i++) {
            fixture.publish(log, "m" + i);
        }
        long size = fixture.log(log).sizeInBytes();

        // when
        fixture.commit(new Change.TrimLog(log, 4));

        // then
        assertThat(fixture.log(log).startOffset()).isEqualTo(4);
        assertThat(fixture.log(log).sizeInBytes()).isLessThan(size).isPositive();
        assertThat(fixture.bodies(log, 4)).hasSize(6).startsWith("m4");

        // and when everything goes
        fixture.commit(new Change.TrimLog(log, 100));
        fixture.reopen();

        // then
        assertThat(fixture.log(log).startOffset()).isEqualTo(10);
        assertThat(fixture.log(log).sizeInBytes()).isZero();
        assertThat(fixture.publish(log, "after")).isEqualTo(10);
    }

    @Test
    void whatIsTrimmedCountsAsAcknowledgedForEveryCursor() {
        // given
        long log = fixture.createLog(Retention.EXPLICIT);
        for (int i = 0; i < 10; i++) {
            fixture.publish(log, "m" + i);
        }
        fixture.commit(new Change.Acknowledge(log, 1, new long[] {0, 1, 5, 6}));

        // when
        fixture.commit(new Change.TrimLog(log, 5));

        // then
        assertThat(await(fixture.engine().ackSet(log, 1)).floor()).isEqualTo(6);
        assertThat(await(fixture.engine().ackSet(log, 2)).floor()).isEqualTo(5);
        fixture.reopen();
        assertThat(await(fixture.engine().ackSet(log, 1)).floor()).isEqualTo(6);
        assertThat(await(fixture.engine().ackSet(log, 2)).floor()).isEqualTo(5);
    }

    @Test
    void trimsUpToWhatEarlierCommitsAppendedHoweverTheyAreGrouped() {
        // given
        long log = fixture.createLog(Retention.EXPLICIT);
        var results = new CopyOnWriteArrayList<Long>();

        // when commits pile up while the first group is written
        for (int i = 0; i < 200; i++) {
            fixture.engine().submit(Commit.of(message(log, "m" + i), Durability.WRITTEN, Runnable::run, r -> {}));
            fixture.engine()
                    .submit(Commit.of(
                            new Change.TrimLog(log, i + 1),
                            Durability.WRITTEN,
                            Runnable::run,
                            r -> results.add(r.value(0))));
        }
        fixture.publish(log, "last");

        // then
        assertThat(results)
                .isEqualTo(IntStream.rangeClosed(1, 200).mapToObj(i -> (long) i).toList());
        assertThat(fixture.bodies(log, 0)).containsExactly("last");
    }

    @Test
    void definitionsSurviveARestart() {
        // given
        var topic = new Definition.Topic("orders", UUID.randomUUID(), List.of(1L, 2L), Map.of("a", "b"));

        // when
        fixture.commit(new Change.Define(topic, true));

        // then
        assertThat(fixture.engine().catalog().topic("orders")).contains(topic);
        long revision = fixture.engine().catalog().revision();
        assertThat(revision).isPositive();
        fixture.reopen();
        assertThat(fixture.engine().catalog().topic("orders")).contains(topic);
        assertThat(fixture.engine().catalog().revision()).isEqualTo(revision);
        assertThatThrownBy(() -> fixture.commit(new Change.Define(topic, true)))
                .isInstanceOf(AlreadyExists.class)
                .hasMessageContaining("orders");
        fixture.commit(new Change.Undefine(topic.key(), true));
        assertThat(fixture.engine().catalog().topic("orders")).isEmpty();
        assertThat(fixture.reopen().engine().catalog().all(Definition.Topic.class))
                .isEmpty();
    }

    @Test
    void groupRecordsKeepTheNewestValueOfEveryKey() {
        // given
        fixture.commit(new Change.PutGroupRecords(
                3,
                0,
                List.of(
                        new GroupRecord(slice("a"), slice("1")),
                        new GroupRecord(slice("b"), slice("1")),
                        new GroupRecord(slice("a"), slice("2"))),
                null));

        // when
        fixture.commit(new Change.PutGroupRecords(3, 3, List.of(new GroupRecord(slice("b"), null)), null));

        // then
        var partition = await(fixture.reopen().engine().groupPartition(3));
        assertThat(partition.nextOffset()).isEqualTo(4);
        assertThat(partition.committed()).singleElement().satisfies(record -> {
            assertThat(record.key()).isEqualTo(slice("a"));
            assertThat(record.value()).isEqualTo(slice("2"));
            assertThat(record.recordOffset()).isEqualTo(2);
        });
    }

    @Test
    void transactionalGroupRecordsArePendingUntilTheEndAndNewerCommittedOnesWin() {
        // given
        var producer = new Change.GroupProducer(7, (short) 1);
        fixture.commit(new Change.PutGroupRecords(
                0,
                0,
                List.of(new GroupRecord(slice("a"), slice("t")), new GroupRecord(slice("b"), slice("t"))),
                producer));
        fixture.commit(new Change.PutGroupRecords(0, 2, List.of(new GroupRecord(slice("b"), slice("newer"))), null));
        assertThat(await(fixture.engine().groupPartition(0)).pending()).hasSize(2);

        // when
        fixture.commit(new Change.EndGroupTransaction(0, 3, 7, true));

        // then
        var partition = await(fixture.engine().groupPartition(0));
        assertThat(partition.pending()).isEmpty();
        assertThat(partition.nextOffset()).isEqualTo(4);
        assertThat(partition.committed())
                .extracting(record -> record.value())
                .containsExactly(slice("t"), slice("newer"));
    }

    @Test
    void aRepeatedBatchOfAnIdempotentProducerGetsTheOriginalOffsetAlsoAfterARestart() {
        // given
        long log = fixture.createLog(Retention.EXPLICIT);
        var first = fixture.commit(batch(log, 5, 0, 0));
        assertThat(first.value(0)).isZero();
        assertThat(first.originalTimestamp(0)).isEmpty();
        assertThat(fixture.commit(batch(log, 5, 0, 1)).value(0)).isEqualTo(1);

        // when
        var repeated = fixture.commit(batch(log, 5, 0, 0));

        // then
        assertThat(repeated.value(0)).isZero();
        assertThat(repeated.originalTimestamp(0)).hasValue(70);
        assertThat(fixture.log(log).writtenEnd()).isEqualTo(2);
        fixture.reopen();
        var afterRestart = fixture.commit(batch(log, 5, 0, 1));
        assertThat(afterRestart.value(0)).isEqualTo(1);
        assertThat(afterRestart.originalTimestamp(0)).hasValue(71);
        assertThatThrownBy(() -> fixture.commit(batch(log, 5, 0, 9)))
                .isInstanceOfSatisfying(PreconditionFailed.class, e -> assertThat(e.reason())
                        .isEqualTo(PreconditionFailed.Reason.OUT_OF_ORDER_SEQUENCE));
        assertThat(fixture.commit(batch(log, 5, 1, 0)).value(0)).isEqualTo(2);
        assertThatThrownBy(() -> fixture.commit(batch(log, 5, 0, 2)))
                .isInstanceOfSatisfying(PreconditionFailed.class, e -> assertThat(e.reason())
                        .isEqualTo(PreconditionFailed.Reason.PRODUCER_FENCED));
    }

    /** A Kafka batch of one empty record; its CRC is right. */
    private static Change.AppendBatch batch(long log, long producerId, int epoch, int sequence) {
        byte[] record = {12, 0, 0, 0, 1, 1, 0};
        byte[] array = new byte[RecordBatchLayout.HEADER_SIZE + record.length];
        RecordBatchLayout.putInt(
                array, RecordBatchLayout.BATCH_LENGTH, array.length - RecordBatchLayout.LENGTH_OVERHEAD);
        array[RecordBatchLayout.MAGIC] = RecordBatchLayout.MAGIC_V2;
        RecordBatchLayout.putLong(array, RecordBatchLayout.PRODUCER_ID, producerId);
        RecordBatchLayout.putShort(array, RecordBatchLayout.PRODUCER_EPOCH, (short) epoch);
        RecordBatchLayout.putInt(array, RecordBatchLayout.BASE_SEQUENCE, sequence);
        RecordBatchLayout.putInt(array, RecordBatchLayout.RECORDS_COUNT, 1);
        System.arraycopy(record, 0, array, RecordBatchLayout.HEADER_SIZE, record.length);
        RecordBatchLayout.putInt(array, RecordBatchLayout.CRC, RecordBatchLayout.computeCrc(array, 0, array.length));
        return new Change.AppendBatch(
                log,
                Slice.of(array),
                1,
                70 + sequence,
                new Change.ProducerSequence(producerId, (short) epoch, sequence, sequence));
    }

    @Test
    void producerIdsAreNeverHandedOutTwice() {
        // given
        long first = fixture.commit(new Change.AllocateProducerIds(1000)).value(0);

        // when
        long second = fixture.reopen().commit(new Change.AllocateProducerIds(1)).value(0);

        // then
        assertThat(second).isGreaterThanOrEqualTo(first + 1000);
    }

    @Test
    void watchersHearOfAnAppendBeforeItsPublisher() throws Exception {
        // given
        long log = fixture.createLog(Retention.ACKNOWLEDGED);
        var heard = new CopyOnWriteArrayList<String>();
        var done = new CountDownLatch(1);
        java.util.concurrent.Executor owner = Runnable::run;
        fixture.log(log).watch(owner, moved -> heard.add("end " + moved.writtenEnd()));

        // when
        fixture.engine().submit(Commit.of(message(log, "a"), Durability.WRITTEN, owner, result -> {
            heard.add("confirmed " + result.value(0));
            done.countDown();
        }));

        // then
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(heard).startsWith("end 1", "confirmed 0");
    }

    @Test
    void theHighWatermarkReachesTheEndOnceSynced() {
        // given
        long log = fixture.createLog(Retention.EXPLICIT);

        // when
        fixture.publish(log, "a");

        // then
        assertThat(fixture.log(log).highWatermark()).isEqualTo(1);
    }

    @Test
    void refusesCommitsOnceClosed() {
        // given
        long log = fixture.createLog(Retention.EXPLICIT);
        StorageEngine engine = fixture.engine();
        var refused = new CopyOnWriteArrayList<StorageException>();

        // when
        engine.close();
        engine.submit(
                Commit.of(message(log, "a"), Durability.WRITTEN, Runnable::run, result -> refused.add(result.error())));

        // then
        assertThat(refused).singleElement().isInstanceOf(StorageFailure.class);
    }

    @Test
    void refusesASecondEngineOnTheSameDirectory() {
        assertThatThrownBy(() -> StorageEngine.open(StorageConfig.defaults(directory)))
                .isInstanceOf(DirectoryRefused.class)
                .hasMessageContaining("in use by another broker");
    }

    @Test
    void theLeaderEpochRisesWithEveryStart() {
        int first = fixture.engine().leaderEpoch();
        assertThat(fixture.reopen().engine().leaderEpoch()).isEqualTo(first + 1);
    }

    @Test
    void aLogWhoseMessagesAreAllAcknowledgedIsTrimmedInLargeSteps() {
        // given
        long log = fixture.createLog(Retention.ACKNOWLEDGED);
        String body = "x".repeat(100_000);
        for (int i = 0; i < 60; i++) {
            fixture.publish(log, body);
        }

        // when
        fixture.commit(new Change.Acknowledge(log, 0, new long[] {0, 60}));

        // then
        org.awaitility.Awaitility.await()
                .untilAsserted(() -> assertThat(fixture.log(log).startOffset()).isEqualTo(60));
        assertThat(fixture.log(log).sizeInBytes()).isZero();
    }
}
