package dev.tandem.storage.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.storage.StorageException.CorruptData;
import java.nio.ByteBuffer;
import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.common.utils.internals.ByteUtils;

class VarintTest {
    @Property
    void writesWhatKafkaWrites(@ForAll long value) {
        byte[] ours = new byte[12];
        int end = Varint.put(ours, 1, value);
        var theirs = ByteBuffer.allocate(10);
        ByteUtils.writeVarlong(value, theirs);

        assertThat(end - 1).isEqualTo(Varint.size(value)).isEqualTo(ByteUtils.sizeOfVarlong(value));
        assertThat(Arrays.copyOfRange(ours, 1, end)).isEqualTo(Arrays.copyOf(theirs.array(), theirs.position()));
        assertThat(new SliceReader(ours, 1, end).readVarint()).isEqualTo(value);
    }

    @Property
    void intsTakeTheSameBytesAsLongs(@ForAll int value) {
        byte[] ours = new byte[10];
        int end = Varint.put(ours, 0, value);
        var theirs = ByteBuffer.allocate(10);
        ByteUtils.writeVarint(value, theirs);

        assertThat(Arrays.copyOf(ours, end)).isEqualTo(Arrays.copyOf(theirs.array(), theirs.position()));
        assertThat(new SliceReader(ours, 0, end).readVarintInt()).isEqualTo(value);
    }

    @Example
    void everyPowerOfTwoAndItsNeighboursRoundTrip() {
        for (int shift = 0; shift < 64; shift++) {
            for (long neighbour = -1; neighbour <= 1; neighbour++) {
                for (int sign = -1; sign <= 1; sign += 2) {
                    writesWhatKafkaWrites(sign * ((1L << shift) + neighbour));
                }
            }
        }
    }

    @Example
    void refusesAVarintOfMoreThanTenBytes() {
        byte[] endless = new byte[20];
        Arrays.fill(endless, (byte) 0x80);
        assertThatThrownBy(() -> new SliceReader(Slice.of(endless)).readVarint())
                .isInstanceOf(CorruptData.class)
                .hasMessageContaining("10 bytes");
    }

    @Example
    void refusesAnIntThatDoesNotFit() {
        byte[] array = new byte[10];
        Varint.put(array, 0, 1L + Integer.MAX_VALUE);
        assertThatThrownBy(() -> new SliceReader(Slice.of(array)).readVarintInt())
                .isInstanceOf(CorruptData.class);
    }
}
