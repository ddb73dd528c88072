package dev.tandem.storage.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.commit.Change.ProducerSequence;
import dev.tandem.storage.record.Slice;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ProducerWindowTest {
    private static final Verdict ACCEPT = new Verdict.Accept();

    private final ProducerWindow window = new ProducerWindow();

    @Example
    void anUnknownProducerMayStartAnywhere() {
        assertThat(window.check(batch(3, 17, 20))).isEqualTo(ACCEPT);
    }

    @Example
    void aBatchMustFollowTheLastOne() {
        // given
        window.record(batch(0, 0, 9), 100, 1);

        // then
        assertThat(window.check(batch(0, 10, 12))).isEqualTo(ACCEPT);
        assertThat(window.check(batch(0, 11, 12))).isEqualTo(new Verdict.OutOfOrder(10));
        assertThat(window.check(batch(0, 9, 12))).isEqualTo(new Verdict.OutOfOrder(10));
        assertThat(window.check(batch(0, 0, 8))).isEqualTo(new Verdict.OutOfOrder(10));
    }

    @Example
    void sequencesWrapToZero() {
        // given
        int max = Integer.MAX_VALUE;
        window.record(batch(0, max - 2, max), 100, 1);

        // then
        assertThat(window.check(batch(0, 0, 4))).isEqualTo(ACCEPT);
        assertThat(window.check(batch(0, 1, 4))).isEqualTo(new Verdict.OutOfOrder(0));
        assertThat(window.check(batch(0, Integer.MIN_VALUE, 4))).isEqualTo(new Verdict.OutOfOrder(0));
    }

    @Example
    void aBatchMayWrapWithinItself() {
        // given
        window.record(batch(0, Integer.MAX_VALUE - 1, 3), 100, 7);

        // then
        assertThat(window.check(batch(0, 4, 4))).isEqualTo(ACCEPT);
        assertThat(window.check(batch(0, Integer.MAX_VALUE - 1, 3))).isEqualTo(new Verdict.Duplicate(100, 7));
    }

    @Example
    void theLastFiveBatchesAreRecognisedAndOlderOnesAreOutOfOrder() {
        // given
        for (int i = 0; i < 7; i++) {
            window.record(batch(0, 10 * i, 10 * i + 9), 1000 + 10 * i, 70 - i);
        }

        // then
        for (int i = 2; i < 7; i++) {
            assertThat(window.check(batch(0, 10 * i, 10 * i + 9)))
                    .isEqualTo(new Verdict.Duplicate(1000 + 10 * i, 70 - i));
        }
        assertThat(window.check(batch(0, 10, 19))).isEqualTo(new Verdict.OutOfOrder(70));
    }

    @Example
    void aNewEpochStartsAtZeroAndForgetsTheBatchesBefore() {
        // given
        window.record(batch(4, 0, 9), 100, 1);

        // then
        assertThat(window.check(batch(5, 10, 19))).isEqualTo(new Verdict.OutOfOrder(0));
        assertThat(window.check(batch(5, 0, 9))).isEqualTo(ACCEPT);

        // when
        window.record(batch(5, 0, 9), 200, 2);

        // then
        assertThat(window.epoch()).isEqualTo((short) 5);
        assertThat(window.check(batch(5, 0, 9))).isEqualTo(new Verdict.Duplicate(200, 2));
        assertThat(window.check(batch(5, 10, 10))).isEqualTo(ACCEPT);
    }

    @Example
    void anOlderEpochIsFencedEvenForADuplicate() {
        // given
        window.record(batch(4, 0, 9), 100, 1);
        window.record(batch(5, 0, 9), 200, 2);

        // then
        assertThat(window.check(batch(4, 0, 9))).isEqualTo(new Verdict.Fenced((short) 5));
        assertThat(window.check(batch(4, 10, 19))).isEqualTo(new Verdict.Fenced((short) 5));
    }

    @Example
    void checkingChangesNothing() {
        // given
        window.record(batch(4, 0, 9), 100, 1);
        byte[] before = window.encode();

        // when
        window.check(batch(9, 0, 0));
        window.check(batch(4, 10, 10));

        // then
        assertThat(window.encode()).isEqualTo(before);
    }

    /** A producer that retries at random against a model that remembers every batch. */
    @Property
    void agreesWithAModelThatRemembersEverything(
            @ForAll @Size(max = 60) List<@IntRange(max = 99) Integer> moves, @ForAll @IntRange(max = 1000) int start) {
        // given
        var subject = new ProducerWindow();
        List<ProducerSequence> accepted = new ArrayList<>();
        List<Verdict> duplicates = new ArrayList<>();
        short epoch = 0;
        int next = Integer.MAX_VALUE - start;
        long offset = 0;

        for (int move : moves) {
            subject = ProducerWindow.decode(Slice.of(subject.encode()));
            if (move < 40) {
                // the next batch
                var batch = new ProducerSequence(1, epoch, next, plus(next, move));
                assertThat(subject.check(batch)).isEqualTo(ACCEPT);
                subject.record(batch, offset, move);
                assertThat(subject.lastTimestampMillis()).isEqualTo(move);
                accepted.add(batch);
                duplicates.add(new Verdict.Duplicate(offset, move));
                offset += move + 1;
                next = plus(next, move + 1);
            } else if (move < 45) {
                // a new epoch
                epoch++;
                next = 0;
                var batch = new ProducerSequence(1, epoch, 0, 0);
                assertThat(subject.check(batch)).isEqualTo(ACCEPT);
                subject.record(batch, offset, 0);
                accepted.clear();
                duplicates.clear();
                accepted.add(batch);
                duplicates.add(new Verdict.Duplicate(offset++, 0));
                next = 1;
            } else if (!accepted.isEmpty()) {
                // a retry of an earlier batch of this epoch
                int index = accepted.size() - 1 - (move % Math.min(accepted.size(), 8));
                boolean inWindow = index >= accepted.size() - ProducerWindow.SIZE;
                assertThat(subject.check(accepted.get(index)))
                        .isEqualTo(inWindow ? duplicates.get(index) : new Verdict.OutOfOrder(next));
            }
        }
    }

    private static int plus(int sequence, int records) {
        return (int) ((sequence + (long) records) % (1L + Integer.MAX_VALUE));
    }

    @Property
    void anyBytesAreAWindowOrCorruptData(@ForAll byte[] bytes) {
        try {
            byte[] encoded = ProducerWindow.decode(Slice.of(bytes)).encode();
            assertThat(bytes[0] == 1 ? Arrays.copyOf(encoded, 12) : encoded)
                    .isEqualTo(bytes[0] == 1 ? withVersion2(bytes) : bytes);
        } catch (CorruptData expected) {
            assertThat(expected).hasNoCause();
        }
    }

    private static byte[] withVersion2(byte[] bytes) {
        byte[] header = Arrays.copyOf(bytes, 12);
        header[0] = 2;
        return header;
    }

    @Example
    void readsRowsWithoutTimestamps() {
        // given: epoch 4, the last timestamp, one batch of version 1
        var value = ByteBuffer.allocate(28)
                .put((byte) 1)
                .putShort((short) 4)
                .putLong(99)
                .put((byte) 1)
                .putInt(0)
                .putInt(9)
                .putLong(100)
                .array();

        // when
        var read = ProducerWindow.decode(Slice.of(value));

        // then
        assertThat(read.check(batch(4, 0, 9))).isEqualTo(new Verdict.Duplicate(100, -1));
        assertThat(read.lastSequence()).isEqualTo(9);
        assertThat(read.lastTimestampMillis()).isEqualTo(99);
    }

    @Example
    void refusesAValueOfAnotherVersionOrLength() {
        // given
        window.record(batch(4, 0, 9), 100, 1);
        byte[] value = window.encode();

        // then
        assertThatThrownBy(() -> ProducerWindow.decode(Slice.of(value, 0, value.length - 1)))
                .isInstanceOf(CorruptData.class);
        value[11] = 6;
        assertThatThrownBy(() -> ProducerWindow.decode(Slice.of(value))).isInstanceOf(CorruptData.class);
        value[0] = 3;
        assertThatThrownBy(() -> ProducerWindow.decode(Slice.of(value)))
                .isInstanceOf(CorruptData.class)
                .hasMessageContaining("version 3");
    }

    private static ProducerSequence batch(int epoch, int first, int last) {
        return new ProducerSequence(1, (short) epoch, first, last);
    }
}
