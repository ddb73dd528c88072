package dev.tandem.storage.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.storage.StorageException.CorruptData;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class EnvelopeTest {
    @Property
    void readsWhatItWrote(
            @ForAll Origin origin,
            @ForAll boolean isTransient,
            @ForAll boolean sharesBodies,
            @ForAll boolean isSparse,
            @ForAll @IntRange(min = 1) int records,
            @ForAll long expiry,
            @ForAll long logBytes,
            @ForAll long transients,
            @ForAll @IntRange(max = 200) int positions) {
        // given
        var envelope = new Envelope(
                origin,
                isTransient,
                sharesBodies,
                isSparse,
                records,
                expiry,
                logBytes,
                transients,
                Envelope.sizeWith(positions));
        byte[] array = new byte[5 + envelope.size()];

        // when
        envelope.write(array, 5);

        // then
        assertThat(Envelope.read(Slice.of(array, 5, envelope.size()))).isEqualTo(envelope);
    }

    @Property
    void anyBytesAreAnEnvelopeOrCorruptData(@ForAll byte[] bytes) {
        try {
            var envelope = Envelope.read(Slice.of(bytes));
            assertThat(envelope.size()).isBetween(Envelope.CHECK, bytes.length);
            assertThat(envelope.offsetCount()).isPositive();
        } catch (CorruptData expected) {
            assertThat(expected).hasMessageContaining("enve");
        }
    }

    @Example
    void refusesMorePositionsThanBytes() {
        for (int positions : new int[] {1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            byte[] array = empty();
            RecordBatchLayout.putInt(array, Envelope.POSITION_COUNT, positions);
            assertThatThrownBy(() -> Envelope.read(Slice.of(array)))
                    .isInstanceOf(CorruptData.class)
                    .hasMessageContaining(positions + " positions");
        }
    }

    @Example
    void refusesAnEntryWithoutOffsets() {
        for (int records : new int[] {0, -1, Integer.MIN_VALUE}) {
            byte[] array = empty();
            RecordBatchLayout.putInt(array, 2, records);
            assertThatThrownBy(() -> Envelope.read(Slice.of(array)))
                    .isInstanceOf(CorruptData.class)
                    .hasMessageContaining(records + " offsets");
        }
    }

    @Example
    void refusesAnotherVersion() {
        byte[] array = empty();
        array[0] = 3;
        assertThatThrownBy(() -> Envelope.read(Slice.of(array)))
                .isInstanceOf(CorruptData.class)
                .hasMessageContaining("version 3");
    }

    @Example
    void readsTheVersionThatHadNoCheck() {
        // given
        byte[] array = new byte[Envelope.CHECK + 8];
        new Envelope(Origin.AMQP, true, 2, 3, 4, 5, Envelope.sizeWith(1)).write(array, 0);
        array[0] = 1;
        RecordBatchLayout.putInt(array, Envelope.POSITION_COUNT, 2);

        // when
        var envelope = Envelope.read(Slice.of(array));

        // then
        assertThat(envelope.size()).isEqualTo(Envelope.CHECK + 8);
        assertThat(envelope.positionCount()).isEqualTo(2);
        assertThat(envelope.positionsAt()).isEqualTo(Envelope.CHECK);
        assertThat(envelope.isSealed()).isFalse();
    }

    private static byte[] empty() {
        byte[] array = new byte[Envelope.FIXED_SIZE];
        new Envelope(Origin.KAFKA, false, 1, 0, 0, 0, Envelope.FIXED_SIZE).write(array, 0);
        return array;
    }
}
