package dev.tandem.console.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PayloadTest {

    @Property
    void readsWhatItWrote(
            @ForAll int round,
            @ForAll int producer,
            @ForAll long sequence,
            @ForAll long intended,
            @ForAll @IntRange(min = Payload.MIN_SIZE, max = 4_096) int size) {
        var payload = new Payload(round, producer, sequence, intended);
        byte[] body = payload.body(Payload.filling(size, 1));
        assertThat(body).hasSize(size);
        assertThat(Payload.read(body)).contains(payload);
    }

    @Test
    void readsNothingFromForeignOrCutBodies() {
        byte[] body = new Payload(1, 2, 3, 4).body(Payload.filling(100, 1));
        assertThat(Payload.read(Arrays.copyOf(body, 99))).isEmpty();
        assertThat(Payload.read(new byte[10])).isEmpty();
        assertThat(Payload.read(new byte[100])).isEmpty();
    }
}
