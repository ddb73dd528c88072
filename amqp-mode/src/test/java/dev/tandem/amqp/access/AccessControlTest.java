package dev.tandem.amqp.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.Authenticator.Credentials;
import dev.tandem.amqp.connection.User;
import dev.tandem.storage.catalog.Definition;
import dev.tandem.storage.catalog.MemoryCatalog;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AccessControlTest {
    private static final String SHA_256 = "rabbit_password_hashing_sha256";
    /** Of test12. */
    private static final String HASH = "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR";

    private final MemoryCatalog catalog = new MemoryCatalog(0);
    private final AccessControl control = new AccessControl(catalog, Set.of("near"));
    private InetAddress here = InetAddress.getLoopbackAddress();
    private InetAddress elsewhere = InetAddress.getLoopbackAddress();

    @BeforeEach
    void users() throws UnknownHostException {
        here = InetAddress.getByName("::1");
        elsewhere = InetAddress.getByAddress(new byte[] {(byte) 192, (byte) 168, 1, 5});
        define(new Definition.User("ann", HASH, SHA_256, List.of("monitoring")));
        define(new Definition.User("near", HASH, SHA_256, List.of()));
        define(new Definition.User("locked", "", SHA_256, List.of()));
        define(new Definition.User("strange", HASH, "some_other_hashing", List.of()));
    }

    @Test
    void knowsAUserByItsPassword() {
        // when // then
        assertThat(control.authenticate(new Credentials("ann", "test12"), elsewhere))
                .contains(new User("ann", List.of("monitoring")));
        assertThat(control.authenticate(new Credentials("ann", "test13"), elsewhere))
                .isEmpty();
        assertThat(control.authenticate(new Credentials("bob", "test12"), elsewhere))
                .isEmpty();
    }

    @Test
    void refusesABlankPasswordAndUsersWithoutOne() {
        // when // then
        for (String user : List.of("ann", "locked", "strange", "nobody", "")) {
            assertThat(control.authenticate(new Credentials(user, ""), here))
                    .as(user)
                    .isEmpty();
        }
        assertThat(control.authenticate(new Credentials("strange", "test12"), here))
                .isEmpty();
    }

    @Test
    void letsLoopbackUsersInFromThisMachineAlone() {
        // when // then
        assertThat(control.authenticate(new Credentials("near", "test12"), here))
                .isPresent();
        assertThat(control.authenticate(new Credentials("near", "test12"), elsewhere))
                .isEmpty();
    }

    @Test
    void neverShowsAPasswordOrItsHash() {
        // when // then
        assertThat(new Credentials("ann", "secret").toString()).doesNotContain("secret");
        assertThat(control.find("ann").orElseThrow().toString()).doesNotContain(HASH);
    }

    @Test
    void keepsAUserWithoutPermissionsOut() {
        // given
        define(new Definition.Permission("shop", "ann", "", "", ""));

        // when // then
        control.requireEntry("ann", "shop");
        assertThatThrownBy(() -> control.requireEntry("ann", "lab"))
                .isInstanceOf(AmqpException.class)
                .hasMessage("access to vhost 'lab' refused for user 'ann'");
    }

    @Test
    void allowsWhatThePermissionsMatch() {
        // given
        define(new Definition.Permission("shop", "ann", "^ann-", "^(ann-.*|amq\\.default)$", ".*"));
        var access = new ChannelAccess(control, new User("ann", List.of()), "shop");

        // when // then
        access.require(Permission.CONFIGURE, Resource.queue("ann-1"));
        access.require(Permission.WRITE, Resource.exchange(""));
        access.require(Permission.READ, Resource.exchange("anything"));
        assertThatThrownBy(() -> access.require(Permission.CONFIGURE, Resource.queue("q")))
                .hasMessage("configure access to queue 'q' in vhost 'shop' refused for user 'ann'");
        assertThatThrownBy(() -> access.require(Permission.WRITE, Resource.exchange("x")))
                .hasMessage("write access to exchange 'x' in vhost 'shop' refused for user 'ann'");
        assertThatThrownBy(() -> access.require(Permission.CONFIGURE, Resource.exchange("")))
                .hasMessage("configure access to exchange 'amq.default' in vhost 'shop' refused for user 'ann'");
    }

    @Test
    void holdsToAnotherVersionOfThePermissionsAtOnce() {
        // given
        define(new Definition.Permission("shop", "ann", ".*", ".*", ".*"));
        var access = new ChannelAccess(control, new User("ann", List.of()), "shop");
        access.require(Permission.READ, Resource.queue("q"));

        // when
        define(new Definition.Permission("shop", "ann", "", "", ""));

        // then
        assertThat(access.refusal(Permission.READ, Resource.queue("q"))).isNotNull();

        // when
        catalog.put(Definition.Permission.keyOf("shop", "ann"), null);
        control.changed();

        // then
        assertThat(access.refusal(Permission.READ, Resource.queue("q"))).isNotNull();

        // when
        define(new Definition.Permission("shop", "ann", "", "", "q"));

        // then
        assertThat(access.refusal(Permission.READ, Resource.queue("q"))).isNull();
    }

    private void define(Definition definition) {
        catalog.put(definition.key(), definition);
        control.changed();
    }
}
