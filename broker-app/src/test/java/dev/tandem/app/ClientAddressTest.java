package dev.tandem.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.app.config.BrokerConfig;
import dev.tandem.app.config.ConfigLoader;
import dev.tandem.app.config.ConfigSource;
import dev.tandem.app.config.ConfigSource.Entry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, localhost",
        "0.0.0.0, localhost",
        "10.0.0.5, 10.0.0.5",
        "fd00::2, [fd00::2]",
    })
    void namesAHostThatClientsReach(String bind, String host) {
        assertThat(ClientAddress.host(List.of(bind))).isEqualTo(host);
    }

    @Test
    void showsTheWellKnownPasswordAndNoOther() {
        // given
        BrokerConfig guest = config(Map.of());
        BrokerConfig chosen = config(Map.of("TANDEM_AMQP_DEFAULT_USER", "a b", "TANDEM_AMQP_DEFAULT_PASS", "s/cret"));

        // then
        assertThat(ClientAddress.amqpUri(guest, 5672)).isEqualTo("amqp://guest:guest@localhost:5672");
        assertThat(ClientAddress.amqpUri(chosen, 5672)).isEqualTo("amqp://a%20b@localhost:5672");
        assertThat(ClientAddress.amqpUriWithPassword(chosen, 5672)).isEqualTo("amqp://a%20b:s%2Fcret@localhost:5672");
    }

    private static BrokerConfig config(Map<String, String> environment) {
        return ConfigLoader.ofBroker()
                .load(new ConfigSource(Map.<String, Entry>of()), environment, Optional.empty())
                .config();
    }
}
