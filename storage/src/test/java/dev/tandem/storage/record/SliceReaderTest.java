package dev.tandem.storage.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.storage.StorageException.CorruptData;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SliceReaderTest {
    /** Whatever the bytes and whatever is asked of them: CorruptData, or a read within the slice. */
    @Property
    void neverLeavesItsSlice(
            @ForAll byte[] bytes, @ForAll @Size(max = 20) List<@IntRange(max = 8) Integer> reads, @ForAll int length) {
        byte[] around = new byte[bytes.length + 20];
        System.arraycopy(bytes, 0, around, 10, bytes.length);
        var reader = new SliceReader(Slice.of(around, 10, bytes.length));
        for (int read : reads) {
            int before = reader.position();
            try {
                switch (read) {
                    case 0 -> reader.readByte();
                    case 1 -> reader.readShort();
                    case 2 -> reader.readInt();
                    case 3 -> reader.readLong();
                    case 4 -> reader.readVarint();
                    case 5 -> reader.readVarintInt();
                    case 6 -> reader.readSlice(length);
                    case 7 -> reader.skip(length);
                    default -> reader.readSlice(reader.readInt());
                }
            } catch (CorruptData expected) {
                assertThat(expected).hasMessageNotContaining("null");
            }
            assertThat(reader.position()).isBetween(before, 10 + bytes.length);
            assertThat(reader.remaining()).isEqualTo(10 + bytes.length - reader.position());
        }
    }

    @Example
    void refusesNegativeAndHugeLengths() {
        for (int length : new int[] {-1, Integer.MIN_VALUE, 4, Integer.MAX_VALUE}) {
            var reader = new SliceReader(Slice.of(new byte[3]));
            assertThatThrownBy(() -> reader.readSlice(length)).isInstanceOf(CorruptData.class);
            assertThatThrownBy(() -> reader.skip(length)).isInstanceOf(CorruptData.class);
            assertThat(reader.remaining()).isEqualTo(3);
        }
    }

    @Example
    void readsBigEndian() {
        var reader =
                new SliceReader(Slice.of(new byte[] {9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, (byte) 0xFF}));
        reader.skip(1);
        assertThat(reader.readShort()).isEqualTo((short) 0x0102);
        assertThat(reader.readInt()).isEqualTo(0x03040506);
        assertThat(reader.readLong()).isEqualTo(0x0708090A0B0C0D0EL);
        assertThat(reader.readUnsignedByte()).isEqualTo(255);
        assertThat(reader.remaining()).isZero();
    }
}
