package dev.tandem.storage.cursor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.record.Slice;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

class DeliveryCountsTest {
    private final StoredCursor rows = new StoredCursor();
    private final AckSet set = new AckSet();

    @Test
    void countsEachReturnOfAMessage() {
        // when
        set.countDeliveries(5, 6);
        set.countDeliveries(4, 7);
        set.countDeliveries(5, 6);

        // then
        var view = set.view();
        assertThat(view.deliveryCount(3)).isZero();
        assertThat(view.deliveryCount(4)).isEqualTo(1);
        assertThat(view.deliveryCount(5)).isEqualTo(3);
        assertThat(view.deliveryCount(6)).isEqualTo(1);
        assertThat(view.deliveryCount(7)).isZero();
    }

    @Test
    void aHundredThousandMessagesReturnedTogetherAreTwoSmallRows() {
        // when
        set.countDeliveries(0, 100_000);
        var calls = rows.write(set);

        // then
        assertThat(calls).containsExactly("counts 0", "counts 1");
        assertThat(rows.bytesWritten).isLessThan(60);
        assertThat(rows.load(true).view().deliveryCount(99_999)).isEqualTo(1);
    }

    @Test
    void everySecondOfAHundredThousandMessagesReturnedCostsABitEach() {
        // when
        for (long offset = 0; offset < 100_000; offset += 2) {
            set.countDeliveries(offset, offset + 1);
        }
        rows.write(set);

        // then
        assertThat(rows.bytesWritten).isLessThan(100_000 / 8 + 5_000);
    }

    @Test
    void aMessageThatComesBackForEverCostsAFewBytesEachTime() {
        // when
        for (int i = 1; i <= 1_000; i++) {
            set.countDeliveries(70_000, 70_001);
            assertThat(rows.write(set)).containsExactly("counts 1");
        }

        // then
        assertThat(rows.load(true).view().deliveryCount(70_000)).isEqualTo(1_000);
        assertThat(rows.counts.get(1L).length()).isLessThan(200);
    }

    @Test
    void theHighestCountIsKept() {
        // given
        var counts = new CountChunk(CursorCodec.decodeCounts(0, Slice.of(rowOf(9, CountChunk.MAX_SLICES))));
        assertThat(counts.get(9)).isEqualTo(Integer.MAX_VALUE);

        // when
        counts.increment(RoaringBitmap.bitmapOf(9));

        // then
        assertThat(counts.get(9)).isEqualTo(Integer.MAX_VALUE);
    }

    /** A row that gives an offset the highest count of so many digits. */
    private static byte[] rowOf(int offset, int digits) {
        return CursorCodec.encodeCounts(Collections.nCopies(digits, RoaringBitmap.bitmapOf(offset)));
    }

    @Test
    void acknowledgingAMessageForgetsItsCount() {
        // given
        set.countDeliveries(10, 20);
        rows.write(set);

        // when
        set.acknowledge(12, 15);
        var calls = rows.write(set);

        // then
        assertThat(calls).as("the row of counts stays as it is").containsExactly("delta");
        for (AckSet held : new AckSet[] {set, rows.load(true), rows.load(false)}) {
            var view = held.view();
            assertThat(view.deliveryCount(11)).isEqualTo(1);
            assertThat(view.deliveryCount(12)).isZero();
            assertThat(view.deliveryCount(14)).isZero();
            assertThat(view.deliveryCount(15)).isEqualTo(1);
        }
    }

    @Test
    void aFloorThatPassesAllCountsDeletesTheirRows() {
        // given
        set.countDeliveries(10, 20);
        set.countDeliveries(70_000, 70_010);
        rows.write(set);

        // when
        set.acknowledge(0, 70_005);
        rows.write(set);

        // then
        assertThat(rows.counts).containsOnlyKeys(1L);

        // when
        set.raiseFloor(200_000);
        rows.write(set);

        // then
        assertThat(rows.counts).isEmpty();
        assertThat(rows.load(true).view().deliveryCounts().isEmpty()).isTrue();
    }

    @Test
    void rowsWhoseMessagesAreAllAcknowledgedAreDeletedAfterAReload() {
        // given
        rows.counts.put(0L, Slice.of(rowOf(9, 2)));
        set.acknowledge(9, 10);
        rows.write(set);

        // when
        AckSet loaded = rows.load(true);
        rows.write(loaded);

        // then
        assertThat(rows.counts).isEmpty();
    }

    @Test
    void acknowledgedMessagesAreNotCounted() {
        // given
        set.acknowledge(0, 10);
        set.acknowledge(12, 14);

        // when
        set.countDeliveries(8, 16);

        // then
        var view = set.view();
        for (long offset = 0; offset < 20; offset++) {
            assertThat(view.deliveryCount(offset))
                    .as("offset %d", offset)
                    .isEqualTo(offset == 10 || offset == 11 || offset == 14 || offset == 15 ? 1 : 0);
        }
    }

    @Test
    void countsTakenFromASnapshotAreTheTakersOwn() {
        // given
        set.countDeliveries(1, 3);
        var taken = set.view().deliveryCounts();

        // when
        taken.increment(1);
        taken.remove(2);
        set.countDeliveries(2, 3);

        // then
        assertThat(taken.of(1)).isEqualTo(2);
        assertThat(taken.of(2)).isZero();
        assertThat(set.view().deliveryCount(1)).isEqualTo(1);
        assertThat(set.view().deliveryCount(2)).isEqualTo(2);
    }

    @Test
    void refusesDamagedRows() {
        // given
        set.countDeliveries(1, 3);
        rows.write(set);
        byte[] row = rows.counts.get(0L).toByteArray();
        row[1] = 77;
        rows.counts.put(0L, Slice.of(row));

        assertThatThrownBy(() -> rows.load(true))
                // then
                .isInstanceOf(CorruptData.class)
                .hasMessageContaining("77 digits");

        // given
        rows.counts.put(0L, Slice.of(row, 0, 5));

        assertThatThrownBy(() -> rows.load(true)).isInstanceOf(CorruptData.class);
    }
}
