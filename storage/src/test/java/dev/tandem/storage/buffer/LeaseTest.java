package dev.tandem.storage.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.storage.record.Slice;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LeaseTest {
    private static final int SIZE = 300_000;

    private final ChunkPool pool = ChunkPool.wiping();
    private final Arena arena = new Arena(pool);

    @Test
    void usesAnArrayAgainOnceItsLastHolderIsDone() {
        // given a chunk that two groups and the arena hold
        var first = new Lease.Builder();
        Slice value = filled(arena.reserve(SIZE, first), 1);
        Lease group = first.build();
        Lease next = leaseOf(SIZE);
        group.retain();

        // when
        group.release();
        next.release();
        leaseOf(SIZE).release();
        Lease elsewhere = leaseOf(SIZE);

        // then a reader still holds it
        assertThat(pool.available()).isZero();
        assertThat(value.toByteArray()).containsOnly(1);

        // when
        group.release();

        // then
        assertThat(pool.available()).isEqualTo(1);
        assertThat(value.toByteArray()).containsOnly(0xDD);
        elsewhere.release();
    }

    @Test
    void givesLargerValuesAnArrayOfTheirOwn() {
        var lease = new Lease.Builder();

        Slice value = arena.reserve(ChunkPool.CHUNK_SIZE / 2, lease);

        assertThat(value.array()).hasSize(ChunkPool.CHUNK_SIZE / 2);
        assertThat(lease.build()).isSameAs(Lease.NONE);
    }

    @Test
    void keepsValuesOfAChunkApart() {
        var lease = new Lease.Builder();
        var values = new Slice[8];

        for (int i = 0; i < values.length; i++) {
            values[i] = filled(arena.reserve(SIZE, lease), i);
        }

        for (int i = 0; i < values.length; i++) {
            assertThat(values[i].toByteArray()).containsOnly(i);
        }
        lease.build().release();
        // The arena holds the chunk it cuts from.
        assertThat(pool.available()).isEqualTo(2);
    }

    @Test
    void refusesToReleaseWhatNobodyHolds() {
        Lease lease = leaseOf(SIZE);
        leaseOf(SIZE).release();
        leaseOf(SIZE).release();
        leaseOf(SIZE).release(); // the arena has moved on
        lease.release();

        assertThatThrownBy(lease::release).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(lease::retain).isInstanceOf(IllegalStateException.class);
    }

    private Lease leaseOf(int size) {
        var lease = new Lease.Builder();
        arena.reserve(size, lease);
        return lease.build();
    }

    private static Slice filled(Slice slice, int value) {
        Arrays.fill(slice.array(), slice.offset(), slice.offset() + slice.length(), (byte) value);
        return slice;
    }
}
