package dev.tandem.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.app.config.BrokerConfig;
import dev.tandem.app.config.ConfigLoader;
import dev.tandem.app.config.ConfigSource;
import dev.tandem.app.config.ConfigSource.Entry;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdvertisedNoteTest {
    @ParameterizedTest
    @CsvSource({
        "'127.0.0.1,::1', true, false",
        "0.0.0.0, false, false",
        "0.0.0.0, true, true",
        "'127.0.0.1,::', true, true",
        "10.0.0.5, true, false",
    })
    void asksForAnAddressWhereAPortMayBeMapped(String bind, boolean inContainer, boolean asks) {
        // when
        Optional<String> note = AdvertisedNote.of(config(Map.of("TANDEM_BIND", bind)), inContainer);

        // then
        assertThat(note.filter(text -> text.contains("set kafka.advertised=HOST:PORT")))
                .isEqualTo(asks ? note : Optional.empty());
        assertThat(note.isPresent()).isEqualTo(asks);
    }

    @Test
    void showsTheAddressThatIsSet() {
        assertThat(AdvertisedNote.of(
                        config(Map.of("TANDEM_BIND", "0.0.0.0", "TANDEM_KAFKA_ADVERTISED", "broker.example.com:19092")),
                        true))
                .contains("Kafka clients are told to connect to broker.example.com:19092");
    }

    private static BrokerConfig config(Map<String, String> environment) {
        return ConfigLoader.ofBroker()
                .load(new ConfigSource(Map.<String, Entry>of()), environment, Optional.empty())
                .config();
    }
}
