package dev.tandem.storage.cursor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.record.Slice;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AckSetTest {
    private static final SortedMap<Long, Slice> NONE = new TreeMap<>();

    private final StoredCursor rows = new StoredCursor();
    private final AckSet set = new AckSet();

    @Test
    void acknowledgementsInOrderWriteTheHeadAlone() {
        for (int i = 0; i < 1000; i++) {
            // when
            set.acknowledge(100L * i, 100L * (i + 1));

            // then
            assertThat(rows.write(set)).containsExactly("head");
        }
        assertThat(rows.bytesWritten).isEqualTo(1000L * CursorCodec.HEAD_SIZE);
        assertThat(rows.load(true).floor()).isEqualTo(100_000);
    }

    @Test
    void acknowledgementsThatCloseTheirGapsWithinOneGroupWriteTheHeadAlone() {
        // given
        for (long offset = 999; offset >= 0; offset--) {
            set.acknowledge(offset, offset + 1);
        }

        // when
        var calls = rows.write(set);

        // then
        assertThat(calls).containsExactly("head");
        assertThat(set.floor()).isEqualTo(1000);
    }

    @Test
    void aGroupThatChangesNothingWritesNothing() {
        // given
        set.acknowledge(0, 5);
        set.acknowledge(7, 9);
        rows.write(set);

        // when
        set.acknowledge(7, 9);
        set.acknowledge(0, 3);
        set.acknowledge(8, 8);
        set.raiseFloor(4);

        // then
        assertThat(rows.write(set)).isEmpty();
    }

    @Test
    void changedChunksAreRewrittenOnceDeltasHaveCostAsMuch() {
        // given
        set.acknowledge(5_000_000, 5_000_001);
        rows.write(set);
        int deltas = 1;
        List<String> calls = List.of("delta");

        // when
        for (int i = 0; calls.equals(List.of("delta")); i++) {
            set.acknowledge(10 + 2L * i, 11 + 2L * i);
            calls = rows.write(set);
            deltas++;
        }
        set.acknowledge(6_000_000, 6_000_001);
        var next = rows.write(set);

        // then
        assertThat(calls).containsExactly("chunk 0", "chunk 76", "head");
        assertThat(deltas).isBetween(20, 100);
        assertThat(next).containsExactly("delta");
        assertThat(rows.deltas.get(0)).as("slots are used again").isNotNull();
        assertThat(rows.load(true).view().cardinalityAboveFloor()).isEqualTo(deltas + 1);
    }

    @Test
    void randomAcknowledgementsOverTenMillionCostAFewBytesEach() {
        // given
        int total = 1_000_000;
        var random = new Random(20261123);
        for (int group : new int[] {1_000, 100}) {
            var cursor = new StoredCursor();
            var acknowledged = new AckSet();

            // when
            for (int i = 0; i < total; i++) {
                long offset = 1 + random.nextInt(10_000_000);
                acknowledged.acknowledge(offset, offset + 1);
                if (i % group == 0) {
                    cursor.write(acknowledged);
                }
            }
            cursor.write(acknowledged);

            // then
            assertThat(cursor.bytesWritten / (double) total)
                    .as("groups of %d", group)
                    .isLessThan(10);
            assertThat(cursor.load(true).view().cardinalityAboveFloor())
                    .isEqualTo(acknowledged.view().cardinalityAboveFloor());
        }
    }

    @Test
    void deltasInTheSlotsOfSchemaVersionOneAreReadAndReplaced() {
        // given
        for (int i = 0; i < 3; i++) {
            set.acknowledge(10 + 2L * i, 11 + 2L * i);
            rows.write(set);
        }
        for (int seq = 3; seq >= 1; seq--) {
            rows.deltas.put(seq, rows.deltas.get(seq - 1));
        }
        rows.deltas.remove(0);

        // when
        var loaded = rows.load(true);
        loaded.acknowledge(100, 101);
        var calls = rows.write(loaded);
        loaded.acknowledge(102, 103);
        rows.write(loaded);

        // then
        assertThat(calls).containsExactly("chunk 0", "head");
        assertThat(rows.load(true).view().cardinalityAboveFloor()).isEqualTo(5);
    }

    @Test
    void aDeltaThatWouldBeTooLargeIsARewriteOfTheChangedChunks() {
        // given
        for (long i = 0; i < AckSet.MAX_DELTA_BYTES; i++) {
            set.acknowledge(10 + 2 * i, 11 + 2 * i);
        }

        // when
        var calls = rows.write(set);

        // then
        assertThat(calls).startsWith("chunk 0").endsWith("head").doesNotContain("delta");
        assertThat(rows.load(true).view().cardinalityAboveFloor()).isEqualTo(AckSet.MAX_DELTA_BYTES);
    }

    @Test
    void purgingTenMillionAboveAnUnacknowledgedMessageCostsAFewBytesPerChunk() {
        // given
        set.acknowledge(0, 3);

        // when
        set.acknowledge(4, 10_000_000);
        var purge = rows.write(set);

        // then
        assertThat(purge).containsExactly("delta");
        assertThat(rows.bytesWritten).isLessThan(30);
        assertThat(set.sizeInBytes()).isLessThan(8_192);

        // when
        rewriteChunks(10_000_001);

        // then
        long chunkBytes = rows.chunks.values().stream().mapToLong(Slice::length).sum();
        assertThat(rows.chunks).hasSize(153);
        assertThat(chunkBytes).isLessThan(20 * 153);
    }

    @Test
    void rowsOfChunksBelowTheFloorAreDeleted() {
        // given
        set.acknowledge(10, 300_000);
        set.acknowledge(300_001, 300_002);
        set.acknowledge(500_000, 500_001);
        rewriteChunks(400_000);
        assertThat(rows.chunks).containsOnlyKeys(0L, 1L, 2L, 3L, 4L, 6L, 7L);

        // when
        set.acknowledge(0, 10);
        rows.write(set);

        // then
        assertThat(set.floor()).isEqualTo(300_000);
        assertThat(rows.chunks).containsOnlyKeys(4L, 6L, 7L);
    }

    @Test
    void aChunkThatEmptiesAndFillsAgainWithinAGroupKeepsItsRow() {
        // given a chunk row for chunk 0
        set.acknowledge(10, 11);
        set.acknowledge(70_000, 70_001);
        rewriteChunks(400_000);
        assertThat(rows.chunks).containsKey(0L);

        // when its only offset falls below the floor, others come, and the group ends in a rewrite
        set.raiseFloor(50);
        rewriteChunks(600_000);
        for (long i = 0; i < AckSet.MAX_DELTA_BYTES; i++) {
            set.acknowledge(100 + 2 * i, 101 + 2 * i);
        }
        set.raiseFloor(60);
        rows.write(set);

        // then
        assertThat(rows.load(true).view().contains(100)).isTrue();
        assertThat(rows.load(true).view().cardinalityAboveFloor())
                .isEqualTo(set.view().cardinalityAboveFloor());
    }

    /** Acknowledges every second offset from one on, a group each, until that leads to a rewrite. */
    private void rewriteChunks(long from) {
        List<String> calls = List.of();
        for (long i = 0; calls.stream().noneMatch(call -> call.startsWith("chunk")); i++) {
            set.acknowledge(from + 2 * i, from + 1 + 2 * i);
            calls = rows.write(set);
        }
    }

    @Test
    void aPurgeFromTheFloorTouchesOnlyChunksThatExist() {
        // given
        set.acknowledge(1_000_000, 1_000_001);

        // when: were each offset or each chunk of this range visited, the test would not end
        set.acknowledge(0, Long.MAX_VALUE / 2);

        // then
        assertThat(set.floor()).isEqualTo(Long.MAX_VALUE / 2);
        assertThat(set.view().cardinalityAboveFloor()).isZero();
        assertThat(rows.write(set)).containsExactly("head");
    }

    @Test
    void tenMillionAcknowledgementsBehindOneStuckMessageStaySmall() {
        // given
        int acknowledged = 10_000_000;

        // when
        for (long offset = 1; offset <= acknowledged; offset++) {
            set.acknowledge(offset, offset + 1);
            if (offset % 1000 == 0) {
                rows.write(set);
            }
        }
        rewriteChunks(20_000_000);

        // then
        assertThat(set.view().floor()).isZero();
        assertThat(set.view().nextUnacknowledged(1)).isEqualTo(acknowledged + 1);
        assertThat(set.sizeInBytes()).isLessThan(50_000);
        assertThat(rows.chunks.values().stream().mapToInt(Slice::length).sum()).isLessThan(50_000);
        assertThat(rows.bytesWritten).isLessThan(1_000_000);

        // when
        set.acknowledge(0, 1);

        // then
        assertThat(set.floor()).isEqualTo(acknowledged + 1);
    }

    @Test
    void fullChunksAreSmallBeforeTheyAreWritten() {
        // when
        for (long offset = 1; offset <= 20L * AckSet.CHUNK_SIZE; offset++) {
            set.acknowledge(offset, offset + 1);
        }

        // then: one chunk is a bitmap of 8 KiB, the others are a run each
        assertThat(set.sizeInBytes()).isLessThan(20_000);
    }

    @Test
    void aFloorThatPassesEverythingSparesTheNextRewrite() {
        // given
        for (int i = 0; i < 10; i++) {
            set.acknowledge(10 + 2L * i, 11 + 2L * i);
            rows.write(set);
        }

        // when
        set.acknowledge(0, 1000);
        var head = rows.write(set);
        set.acknowledge(2000, 2001);
        var delta = rows.write(set);

        // then
        assertThat(head).containsExactly("head");
        assertThat(delta).containsExactly("delta");
        assertThat(rows.load(true).view().contains(2000)).isTrue();
    }

    @Test
    void strayRowsOfChunksBelowTheFloorAreIgnoredAndDeleted() {
        // given
        set.acknowledge(10, 11);
        rewriteChunks(400_000);
        var stray = rows.chunks.get(0L);
        set.acknowledge(0, 200_000);
        rows.write(set);
        rows.chunks.put(0L, stray);

        // when
        var loaded = rows.load(true);
        var view = loaded.view();
        loaded.acknowledge(200_000, 200_001);
        var calls = rows.write(loaded);

        // then
        assertThat(view.cardinalityAboveFloor()).isEqualTo(set.view().cardinalityAboveFloor());
        assertThat(calls).containsExactly("delete 0", "head");
    }

    @Test
    void deliveredEndIsTrustedAfterCleanStopsOnly() {
        // given
        set.acknowledge(0, 3);
        set.setDeliveredEnd(8);
        assertThat(set.view().deliveredEnd()).isEqualTo(8);
        rows.write(set);

        // when
        var clean = rows.load(true);
        var crashed = rows.load(false);

        // then
        assertThat(clean.view().deliveredEnd()).isEqualTo(8);
        assertThat(crashed.view().deliveredEnd()).isEqualTo(Long.MAX_VALUE);
        assertThat(crashed.storedDeliveredEnd()).isEqualTo(8);
    }

    @Test
    void aHeadWrittenAfterACrashForgetsTheDeliveredEndOfTheRunBefore() {
        // given
        set.acknowledge(0, 3);
        set.setDeliveredEnd(8);
        rows.write(set);
        var crashed = rows.load(false);

        // when
        crashed.acknowledge(3, 4);
        rows.write(crashed);

        // then
        assertThat(rows.load(true).view().deliveredEnd()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aNewCursorHasDeliveredNothing() {
        assertThat(set.view().deliveredEnd()).isZero();
        assertThat(set.view().end()).isZero();
        assertThat(rows.load(true).view().deliveredEnd()).isZero();
    }

    @Test
    void aMissingDeltaIsCorruptData() {
        // given
        for (int i = 0; i < 3; i++) {
            set.acknowledge(10 + 2L * i, 11 + 2L * i);
            rows.write(set);
        }

        // when
        rows.deltas.remove(1);

        // then
        assertThatThrownBy(() -> rows.load(true))
                .isInstanceOf(CorruptData.class)
                .hasMessageContaining("from 1 to 3");
    }

    @Test
    void aDeltaInTheWrongSlotIsCorruptData() {
        // given
        set.acknowledge(10, 11);
        rows.write(set);

        // when
        rows.deltas.put(5, rows.deltas.remove(0));

        // then
        assertThatThrownBy(() -> rows.load(true))
                .isInstanceOf(CorruptData.class)
                .hasMessageContaining("slot 5");
    }

    @Test
    void rowsOfAnotherVersionAreRefused() {
        var strange = Slice.of(new byte[] {9, 0, 0, 0, 0, 0, 0, 0, 0, 0});
        assertThatThrownBy(() -> AckSet.load(Optional.of(strange), Map.of(), NONE, NONE, true))
                .isInstanceOf(CorruptData.class)
                .hasMessageContaining("version 9");
        assertThatThrownBy(() -> AckSet.load(Optional.empty(), Map.of(1, strange), NONE, NONE, true))
                .isInstanceOf(CorruptData.class)
                .hasMessageContaining("version 9");
        assertThatThrownBy(
                        () -> AckSet.load(Optional.empty(), Map.of(), new TreeMap<>(Map.of(0L, strange)), NONE, true))
                .isInstanceOf(CorruptData.class)
                .hasMessageContaining("version 9");
    }
}
