package dev.tandem.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tandem.console.testsupport.ConsoleFixture;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Calls through an address that is not loopback: to the console the caller is another machine. */
class ConsoleRemoteTest {

    @Test
    void answersOthersWithHealthAndMetricsOnly() throws SocketException {
        // given
        Optional<String> address = outsideAddress();
        assumeThat(address).isPresent();
        try (var console = new ConsoleFixture(ConsoleConfig.defaults().withPort(0), "0.0.0.0")) {
            // then
            assertThat(status(console, address.get(), "/healthz")).isEqualTo(200);
            assertThat(status(console, address.get(), "/readyz")).isEqualTo(200);
            assertThat(status(console, address.get(), "/metrics")).isEqualTo(200);
            assertThat(status(console, address.get(), "/")).isEqualTo(403);
            assertThat(status(console, address.get(), "/api/v1/topics")).isEqualTo(403);
            assertThat(status(console, address.get(), "/api/v1/live")).isEqualTo(403);
        }
    }

    @Test
    void answersOthersInFullWhenToldTo() throws SocketException {
        // given
        Optional<String> address = outsideAddress();
        assumeThat(address).isPresent();
        var defaults = ConsoleConfig.defaults();
        var config =
                new ConsoleConfig(0, List.of(), true, 1_024, 8, 10, defaults.labMaxDuration(), defaults.labMaxBytes());
        try (var console = new ConsoleFixture(config, "0.0.0.0")) {
            // then
            assertThat(status(console, address.get(), "/")).isEqualTo(200);
            assertThat(status(console, address.get(), "/api/v1/topics")).isEqualTo(200);
        }
    }

    private static int status(ConsoleFixture console, String host, String path) {
        return console.send(console.request(host, path)).statusCode();
    }

    private static Optional<String> outsideAddress() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .map(address -> address.getHostAddress())
                .findFirst();
    }
}
