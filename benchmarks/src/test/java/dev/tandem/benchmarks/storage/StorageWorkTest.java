package dev.tandem.benchmarks.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of work does what it says, at a size at which its speed tells nothing. */
class StorageWorkTest {
    @TempDir
    Path directory;

    @Test
    void appendsMessagesAndBatchesAndKnowsItsSyncs() {
        var messages = new Appends(false, 100, 300, 3, 10, 3, true, 50);
        var batches = new Appends(true, 4_096, 20, 1, 4, 1, false, 5);

        assertThat(messages.tandem(directory.resolve("a")).syncsPerSecond()).isPositive();
        assertThat(messages.raw(directory.resolve("b")).syncsPerSecond()).isPositive();
        assertThat(batches.tandem(directory.resolve("c")).perSecond()).isPositive();
        assertThat(batches.raw(directory.resolve("d")).perSecond()).isPositive();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void readsAtTheTailAndFromTheStart() {
        var tail = new TailRead(20);
        var scan = new ColdScan(4_096, 20);

        assertThat(tail.tandem(directory.resolve("a")).perSecond()).isPositive();
        assertThat(tail.raw(directory.resolve("b")).perSecond()).isPositive();
        assertThat(scan.tandem(directory.resolve("c")).perSecond()).isPositive();
        assertThat(scan.raw(directory.resolve("d")).perSecond()).isPositive();
    }

    @Test
    void crossesJniBothWays() {
        var work = new JniCrossing(1_000, 100, 30);

        assertThat(work.serialised(directory.resolve("a")).perSecond()).isPositive();
        assertThat(work.direct(directory.resolve("b")).perSecond()).isPositive();
    }

    @Test
    void consumesWhatIsPublishedMeanwhile() {
        assertThat(new Backlog(2_000, 0).flow(directory.resolve("a")).perSecond())
                .isPositive();
    }

    @Test
    void acknowledgesEveryMessage() {
        var work = new RandomAcks(2_000, 2);

        assertThat(work.tandem(directory.resolve("a")).bytesPerAck()).isPositive();
        assertThat(work.raw(directory.resolve("b")).perSecond()).isPositive();
    }

    @Test
    void usesReplyQueues() {
        var work = new ReplyQueues(1_000);

        assertThat(work.tandem(directory.resolve("a"))).isPositive();
        assertThat(work.raw(directory.resolve("b"))).isPositive();
    }

    @Test
    void fillsAndDrainsABacklogThatIsNotStored() {
        var work = new SpilledBacklog(1_000);

        assertThat(work.tandem(directory.resolve("a")).drain()).isPositive();
        assertThat(work.raw(directory.resolve("b")).drain()).isPositive();
    }

    @Test
    void drainsABacklog() {
        var work = new Backlog(2_000, 0);

        assertThat(work.tandem(directory.resolve("a")).peakBytes()).isPositive();
        assertThat(work.raw(directory.resolve("b")).rate().perSecond()).isPositive();
    }
}
