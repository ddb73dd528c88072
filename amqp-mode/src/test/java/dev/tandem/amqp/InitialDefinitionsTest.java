package dev.tandem.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.amqp.admin.AccessAdmin;
import dev.tandem.amqp.admin.AccessAdmin.PermissionView;
import dev.tandem.amqp.admin.AccessAdmin.UserView;
import dev.tandem.amqp.testsupport.TestBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitialDefinitionsTest {
    private static final String ALL = ".*";

    @TempDir
    private Path dataDir;

    @Test
    void beginsWithTheDefaultUserInTheDefaultVhost() throws Exception {
        try (var broker = TestBroker.start(dataDir)) {
            // then
            AccessAdmin access = broker.admin().access();
            assertThat(access.vhosts()).containsExactly("/");
            assertThat(access.users()).extracting(UserView::name).containsExactly("guest");
            assertThat(access.users().get(0).tags()).containsExactly("administrator");
            assertThat(access.permissions()).containsExactly(new PermissionView("guest", "/", ALL, ALL, ALL));
            assertThat(broker.connect().isOpen()).isTrue();
        }
    }

    @Test
    void doesNotBringADeletedDefaultUserBack() throws Exception {
        // given
        try (var broker = TestBroker.start(dataDir)) {
            broker.addUser("ann", "administrator");
            broker.permit("ann", "/", ALL, ALL, ALL);
            broker.admin().access().deleteUser("guest").join();
        }

        // when
        try (var broker = TestBroker.start(dataDir)) {
            // then
            assertThat(broker.connect("ann", "ann", "/").isOpen()).isTrue();
            assertThatThrownBy(broker::connect).isInstanceOf(IOException.class);
        }
    }

    @Test
    void setsWhatTheConfigurationNamesAtEveryStart() throws Exception {
        // given
        AmqpConfig config = config(
                List.of("shop"),
                List.of(
                        new UserSetting("ann", "first", null, null, List.of("monitoring")),
                        new UserSetting("app", null, "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR", null, null)),
                List.of(new PermissionSetting("app", "shop", "", "", ALL)));

        // when
        String hash;
        try (var broker = TestBroker.start(dataDir, config)) {
            // then
            AccessAdmin access = broker.admin().access();
            assertThat(access.vhosts()).containsExactly("/", "shop");
            assertThat(access.users()).extracting(UserView::name).containsExactly("ann", "app");
            assertThat(access.permissions()).containsExactly(new PermissionView("app", "shop", "", "", ALL));
            assertThat(broker.connect("app", "test12", "shop").isOpen()).isTrue();
            hash = access.users().get(0).passwordHash();

            // given
            broker.permit("app", "shop", ALL, ALL, ALL);
            broker.permit("ann", "shop", ALL, ALL, ALL);
            access.deleteUser("app").join();
        }

        // when
        try (var broker = TestBroker.start(dataDir, config)) {
            // then
            AccessAdmin access = broker.admin().access();
            assertThat(access.users().get(0).passwordHash()).isEqualTo(hash);
            assertThat(access.permissions())
                    .containsExactly(
                            new PermissionView("ann", "shop", ALL, ALL, ALL),
                            new PermissionView("app", "shop", "", "", ALL));
            assertThat(broker.connect("app", "test12", "shop").isOpen()).isTrue();
        }
    }

    @Test
    void changesThePasswordThatTheConfigurationChanges() throws Exception {
        // given
        TestBroker.start(dataDir, ofAnn("first")).close();

        // when
        try (var broker = TestBroker.start(dataDir, ofAnn("second"))) {
            // then
            assertThat(broker.connect("ann", "second", "/").isOpen()).isTrue();
            assertThatThrownBy(() -> broker.connect("ann", "first", "/")).isInstanceOf(IOException.class);
        }
    }

    @Test
    void leavesPermissionsOutThatAreForNobody() throws Exception {
        // when
        try (var broker = TestBroker.start(
                dataDir,
                config(
                        List.of(),
                        List.of(),
                        List.of(
                                new PermissionSetting("nobody", "/", ALL, ALL, ALL),
                                new PermissionSetting("guest", "nowhere", ALL, ALL, ALL))))) {
            // then
            assertThat(broker.admin().access().permissions())
                    .containsExactly(new PermissionView("guest", "/", ALL, ALL, ALL));
        }
    }

    private static AmqpConfig ofAnn(String password) {
        return config(
                List.of(),
                List.of(new UserSetting("ann", password, null, null, null)),
                List.of(new PermissionSetting("ann", "/", ALL, ALL, ALL)));
    }

    private static AmqpConfig config(
            List<String> vhosts, List<UserSetting> users, List<PermissionSetting> permissions) {
        return new AmqpConfig(
                0,
                2047,
                131_072,
                Duration.ofSeconds(60),
                16 << 20,
                Duration.ofSeconds(10),
                Duration.ofMinutes(30),
                65_536,
                131_072,
                "guest",
                "guest",
                List.of("guest"),
                vhosts,
                users,
                permissions);
    }
}
