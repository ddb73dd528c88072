package dev.tandem.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class KafkaConfigTest {
    @Test
    void hasTheseDefaults() {
        assertThat(KafkaConfig.defaults())
                .isEqualTo(new KafkaConfig(
                        9092,
                        Optional.empty(),
                        1,
                        true,
                        1_048_588,
                        134_217_728,
                        104_857_600,
                        16_777_216,
                        57_671_680,
                        Duration.ofMinutes(10),
                        10_000,
                        Duration.ofDays(1),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(5),
                        Duration.ofDays(7),
                        Duration.ofMinutes(10)));
    }

    @Test
    void namesTheKeyThatIsOutOfRange() {
        assertThatThrownBy(() -> KafkaConfig.defaults().withPort(70_000))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("kafka.port")
                .hasMessageContaining("70000");
    }
}
