package dev.tandem.storage;

import static dev.tandem.storage.testsupport.EngineFixture.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.storage.StorageException.NotFound;
import dev.tandem.storage.StorageException.PreconditionFailed;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.log.Log;
import dev.tandem.storage.record.MessageView;
import dev.tandem.storage.record.SparseEntryBuilder;
import dev.tandem.storage.record.StoredEntry;
import dev.tandem.storage.testsupport.EngineFixture;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A range of a log is replaced by what remains of it. Entries of the log: offsets 0 to 2, 3 to 5, 6 to 8, 9 to 11. */
class RewriteRangeTest {
    private EngineFixture fixture;
    private long log;

    @BeforeEach
    void fill(@TempDir Path directory) {
        fixture = new EngineFixture(directory);
        log = fixture.createLog(Retention.EXPLICIT);
        for (int i = 0; i < 12; i += 3) {
            fixture.commit(message(log, "m" + i), message(log, "m" + (i + 1)), message(log, "m" + (i + 2)));
        }
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void theRecordsThatRemainKeepTheirOffsetsAlsoAfterARestart() {
        // when
        rewrite(3, 9, survivors(3, 9, 4, 7));

        // then
        assertThat(fixture.bodies(log, 0)).containsExactly("m0", "m1", "m2", "m4", "m7", "m9", "m10", "m11");
        fixture.reopen();
        assertThat(fixture.bodies(log, 0)).containsExactly("m0", "m1", "m2", "m4", "m7", "m9", "m10", "m11");
        assertThat(fixture.bodies(log, 5)).containsExactly("m7", "m9", "m10", "m11");
        assertThat(fixture.bodies(log, 8)).containsExactly("m9", "m10", "m11");
        assertThat(offsetOf(4)).isEqualTo("m4");
        assertThat(offsetOf(7)).isEqualTo("m7");
    }

    @Test
    void aReadInAGapGivesTheNextRecord() {
        // when
        rewrite(3, 9, List.of());

        // then
        Log opened = fixture.log(log);
        StoredEntry next = opened.read(4, opened.writtenEnd(), 1).entries().get(0);
        assertThat(next.baseOffset()).isEqualTo(9);
    }

    @Test
    void theEndStaysWhereItWasWhenTheLastEntriesGo() {
        // given
        rewrite(0, 12, List.of());

        // when
        fixture.reopen();

        // then
        assertThat(fixture.log(log).writtenEnd()).isEqualTo(12);
        assertThat(fixture.bodies(log, 0)).isEmpty();
        assertThat(fixture.publish(log, "next")).isEqualTo(12);
        assertThat(fixture.bodies(log, 2)).containsExactly("next");
    }

    @Test
    void whatIsTrimmedMeanwhileIsNotResurrected() {
        // given
        List<StoredEntry> read =
                List.of(survivors(0, 3, 1).get(0), survivors(3, 6, 3, 5).get(0));
        fixture.commit(new Change.TrimLog(log, 4));

        // when
        rewrite(0, 6, read);

        // then
        assertThat(fixture.log(log).startOffset()).isEqualTo(4);
        assertThat(fixture.bodies(log, 4)).containsExactly("m5", "m6", "m7", "m8", "m9", "m10", "m11");
        fixture.reopen();
        assertThat(fixture.bodies(log, 4)).containsExactly("m5", "m6", "m7", "m8", "m9", "m10", "m11");
    }

    @Test
    void aRangeThatIsTrimmedWholeIsLeftAlone() {
        // given
        List<StoredEntry> read = survivors(0, 6, 1);
        fixture.commit(new Change.TrimLog(log, 6));

        // when
        rewrite(0, 6, read);

        // then
        assertThat(fixture.bodies(log, 6)).hasSize(6).startsWith("m6");
    }

    @Test
    void anEntryThatReachesPastAStartRaisedMeanwhileIsRefused() {
        // given
        List<StoredEntry> read = survivors(0, 9, 1, 7);
        fixture.commit(new Change.TrimLog(log, 4));

        // then
        assertThatThrownBy(() -> rewrite(0, 9, read))
                .isInstanceOf(PreconditionFailed.class)
                .hasMessageContaining("the log starts at 4");
        assertThat(fixture.bodies(log, 4)).hasSize(8);
    }

    @Test
    void aRangeThatCutsAnEntryIsRefused() {
        assertThatThrownBy(() -> rewrite(1, 6, List.of()))
                .isInstanceOf(PreconditionFailed.class)
                .hasMessageContaining("begins at 0");
        assertThatThrownBy(() -> rewrite(0, 5, List.of()))
                .isInstanceOf(PreconditionFailed.class)
                .hasMessageContaining("ends at 6");
        assertThatThrownBy(() -> rewrite(9, 13, List.of()))
                .isInstanceOf(PreconditionFailed.class)
                .hasMessageContaining("the log ends at 12");
        assertThat(fixture.bodies(log, 0)).hasSize(12);
    }

    @Test
    void entriesOutsideOfTheRangeAreRefusedBeforeTheyReachTheEngine() {
        List<StoredEntry> read = survivors(3, 9, 4, 7);
        assertThatThrownBy(() -> rewrite(6, 9, read)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> rewrite(3, 6, read)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> rewrite(3, 3, List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLogThatIsGoneIsNotFound() {
        fixture.commit(new Change.DeleteLog(log));
        assertThatThrownBy(() -> rewrite(0, 3, List.of())).isInstanceOf(NotFound.class);
    }

    @Test
    void aRewrittenRangeIsRewrittenAndTrimmedAgain() {
        // given
        rewrite(0, 9, survivors(0, 9, 0, 4, 5, 8));

        // when
        rewrite(0, 9, survivors(0, 9, 5, 8));
        fixture.commit(new Change.TrimLog(log, 6));

        // then
        assertThat(fixture.bodies(log, 6)).containsExactly("m8", "m9", "m10", "m11");
        fixture.reopen();
        assertThat(fixture.bodies(log, 6)).containsExactly("m8", "m9", "m10", "m11");
        assertThat(fixture.log(log).startOffset()).isEqualTo(6);
    }

    private void rewrite(long first, long end, List<StoredEntry> entries) {
        fixture.commit(new Change.RewriteRange(log, first, end, entries, end - first, 10 * (end - first)));
    }

    /** One entry with some of the messages of a range. */
    private List<StoredEntry> survivors(long first, long end, Integer... offsets) {
        Set<Integer> kept = Set.of(offsets);
        var opened = fixture.log(log);
        StoredEntry last = null;
        var builder = new SparseEntryBuilder(false, 1);
        long next = first;
        while (next < end) {
            var read = opened.read(next, end, 1 << 20);
            for (StoredEntry entry : read.entries()) {
                for (int i = 0; i < entry.recordCount(); i++) {
                    MessageView message = entry.message(i);
                    if (kept.contains((int) message.offset())) {
                        builder.add(message);
                    }
                }
                last = entry;
            }
            next = read.nextOffset();
        }
        assertThat(last).isNotNull();
        return List.of(
                builder.build(end, last.envelope().logBytes(), last.envelope().transientRecords()));
    }

    private String offsetOf(long offset) {
        Log opened = fixture.log(log);
        var message =
                opened.read(offset, opened.writtenEnd(), 1).entries().get(0).messageAt(offset);
        assertThat(message).isNotNull();
        return new String(message.body().toByteArray(), java.nio.charset.StandardCharsets.UTF_8);
    }
}
