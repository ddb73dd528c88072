package dev.tandem.amqp.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.amqp.AmqpConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class ConfiguredAuthenticatorTest {
    private final Authenticator authenticator = new ConfiguredAuthenticator(AmqpConfig.defaults());

    @Test
    void knowsGuestFromThisMachine() throws UnknownHostException {
        // given
        var guest = new Authenticator.Credentials("guest", "guest");

        // when // then
        assertThat(authenticator.authenticate(guest, address(127, 0, 0, 1)))
                .map(User::name)
                .contains("guest");
        assertThat(authenticator.authenticate(guest, InetAddress.getByName("::1")))
                .isPresent();
    }

    @Test
    void refusesGuestFromElsewhere() throws UnknownHostException {
        // when // then
        assertThat(authenticator.authenticate(new Authenticator.Credentials("guest", "guest"), address(192, 168, 1, 5)))
                .isEmpty();
    }

    @Test
    void refusesAnotherNameOrPassword() throws UnknownHostException {
        // when // then
        assertThat(authenticator.authenticate(new Authenticator.Credentials("guest", "Guest"), address(127, 0, 0, 1)))
                .isEmpty();
        assertThat(authenticator.authenticate(new Authenticator.Credentials("admin", "guest"), address(127, 0, 0, 1)))
                .isEmpty();
    }

    @Test
    void neverShowsAPassword() {
        // when // then
        assertThat(new Authenticator.Credentials("guest", "secret").toString()).doesNotContain("secret");
    }

    private static InetAddress address(int... octets) throws UnknownHostException {
        byte[] bytes = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            bytes[i] = (byte) octets[i];
        }
        return InetAddress.getByAddress(bytes);
    }
}
