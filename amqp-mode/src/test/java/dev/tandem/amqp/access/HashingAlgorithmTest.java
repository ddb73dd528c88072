package dev.tandem.amqp.access;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class HashingAlgorithmTest {
    private static final byte[] SALT = {(byte) 0x90, (byte) 0x8D, (byte) 0xC6, 0x0A};

    @Test
    void hashesAsTheExampleOfRabbitMqsDocumentation() {
        assertThat(HashingAlgorithm.SHA_256.hash("test12", SALT))
                .isEqualTo("kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR");
    }

    @Test
    void knowsThePasswordOfAHash() {
        assertThat(HashingAlgorithm.SHA_256.matches("kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR", "test12"))
                .isTrue();
        assertThat(HashingAlgorithm.SHA_256.matches("kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR", "test13"))
                .isFalse();
    }

    @Test
    void takesNoPasswordForWhatIsNoHash() {
        for (String text : new String[] {"", "no base64!", "kI3GCg==", "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30"}) {
            assertThat(HashingAlgorithm.SHA_256.matches(text, "")).as(text).isFalse();
            assertThat(HashingAlgorithm.SHA_256.isHash(text)).as(text).isFalse();
        }
    }

    @Property
    void everyAlgorithmKnowsWhatItHashed(
            @ForAll HashingAlgorithm algorithm, @ForAll String password, @ForAll @Size(4) byte[] salt) {
        // when
        String hash = algorithm.hash(password, salt);

        // then
        assertThat(algorithm.isHash(hash)).isTrue();
        assertThat(algorithm.matches(hash, password)).isTrue();
        assertThat(algorithm.matches(hash, password + "x")).isFalse();
    }
}
