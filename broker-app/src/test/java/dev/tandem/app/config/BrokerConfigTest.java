package dev.tandem.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.amqp.PermissionSetting;
import dev.tandem.amqp.UserSetting;
import dev.tandem.app.config.ConfigSource.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerConfigTest {
    private static final Path PAGE = Path.of("..", "docs", "configuration.md");

    @Test
    void pinsEveryDefault() {
        assertThat(ConfigLoader.ofBroker().keys())
                .extracting(key -> key.name() + "=" + key.defaultText())
                .containsExactly(
                        "bind=127.0.0.1,::1",
                        "data-dir=data",
                        "event-loops=0",
                        "log-format=human",
                        "log-level=info",
                        "storage.sync=always",
                        "storage.memory-bytes=384MiB",
                        "storage.reader-threads=4",
                        "storage.cleaning-interval=10s",
                        "storage.disk-free-limit-bytes=256MiB",
                        "kafka.port=9092",
                        "kafka.advertised=",
                        "kafka.num-partitions=1",
                        "kafka.auto-create-topics=true",
                        "kafka.message-max-bytes=1048588",
                        "kafka.decompressed-max-bytes=128MiB",
                        "kafka.request-max-bytes=100MiB",
                        "kafka.max-in-flight-bytes-per-connection=16MiB",
                        "kafka.fetch-max-bytes=55MiB",
                        "kafka.connection-max-idle=10m",
                        "kafka.max-connections=10000",
                        "kafka.producer-id-expiration=1d",
                        "kafka.group-initial-rebalance-delay=3s",
                        "kafka.group-heartbeat-interval=5s",
                        "kafka.offsets-retention=7d",
                        "kafka.offsets-retention-check-interval=10m",
                        "amqp.port=5672",
                        "amqp.channel-max=2047",
                        "amqp.frame-max=131072",
                        "amqp.heartbeat=1m",
                        "amqp.max-message-size-bytes=16MiB",
                        "amqp.handshake-timeout=10s",
                        "amqp.consumer-timeout=30m",
                        "amqp.max-connections=65536",
                        "amqp.max-channels=131072",
                        "amqp.default-user=guest",
                        "amqp.default-pass=guest",
                        "amqp.loopback-users=guest",
                        "amqp.vhosts=",
                        "amqp.users=",
                        "amqp.permissions=",
                        "console.port=15672",
                        "console.allowed-hosts=",
                        "console.allow-remote=false",
                        "console.max-body-bytes=64KiB",
                        "console.max-live-streams=64",
                        "console.metrics-max-series=1000",
                        "console.lab-max-duration=10m",
                        "console.lab-max-bytes=2GiB");
    }

    @Test
    void agreesWithThePageAboutKeysTypesAndDefaults() throws IOException {
        // given
        Pattern row = Pattern.compile("\\| `([a-z.-]+)` \\| ([^|]+) \\| ([^|]*) \\| ([^|]+) \\|");
        List<String> rows = Files.readAllLines(PAGE).stream()
                .map(row::matcher)
                .filter(Matcher::matches)
                .map(cells -> cells.group(1) + " | " + cells.group(2) + " | "
                        + cells.group(3).replace("`", "").strip())
                .toList();

        // then
        assertThat(rows)
                .containsExactlyElementsOf(ConfigLoader.ofBroker().keys().stream()
                        .map(key -> key.name() + " | " + key.type().description() + " | " + key.defaultText())
                        .toList());
    }

    @Test
    void agreesWithThePageAboutTheSharesOfTheMemory() throws IOException {
        // given
        var storage = BrokerConfig.defaults().storage();
        Pattern row = Pattern.compile("\\| [^|]+ \\| (?:half|a sixth) \\| `([^`]+)` \\| [^|]+ \\|");

        // then
        assertThat(Files.readAllLines(PAGE).stream()
                        .map(row::matcher)
                        .filter(Matcher::matches)
                        .map(cells -> cells.group(1)))
                .containsExactly(
                        SizeText.format(storage.nativeBytes()),
                        SizeText.format(storage.inFlightBytes()),
                        SizeText.format(storage.tailCacheBytes()),
                        SizeText.format(storage.transientBytes()));
    }

    @Test
    void namesVariablesAfterKeys() {
        assertThat(ConfigLoader.ofBroker().keys())
                .filteredOn(key -> key.name().equals("kafka.num-partitions"))
                .extracting(ConfigKey::environmentVariable)
                .containsExactly("TANDEM_KAFKA_NUM_PARTITIONS");
    }

    @Test
    void takesTheDefaultUserFromTheVariablesOfRabbitMq() {
        // given
        var environment = Map.of("RABBITMQ_DEFAULT_USER", "ann", "RABBITMQ_DEFAULT_PASS", "secret");

        // when
        BrokerConfig config = load(Map.of(), environment);

        // then
        assertThat(config.amqp().defaultUser()).isEqualTo("ann");
        assertThat(config.amqp().defaultPass()).isEqualTo("secret");
    }

    @Test
    void prefersItsOwnVariableToTheOneOfRabbitMq() {
        // given
        var environment = Map.of("RABBITMQ_DEFAULT_USER", "ann", "TANDEM_AMQP_DEFAULT_USER", "bob");

        // then
        assertThat(load(Map.of(), environment).amqp().defaultUser()).isEqualTo("bob");
    }

    @Test
    void refusesTheSamePortTwice() {
        assertThatThrownBy(() -> load(Map.of("kafka.port", "5672"), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessage("amqp.port and kafka.port are both 5672; give each a port of its own (flag --set)");
    }

    @Test
    void letsEveryPortBeAnyFreeOne() {
        // when
        BrokerConfig config = load(Map.of("kafka.port", "0", "amqp.port", "0", "console.port", "0"), Map.of());

        // then
        assertThat(config.kafka().port()).isZero();
    }

    @Test
    void opensTheStorageInTheDataDirectory() {
        assertThat(load(Map.of("data-dir", "/srv/tandem"), Map.of()).storage().dataDir())
                .isEqualTo(Path.of("/srv/tandem"));
    }

    @Test
    void readsUsersAndPermissionsFromAFile(@TempDir Path directory) throws IOException {
        // given
        Path file = Files.writeString(directory.resolve("tandem.yaml"), """
                amqp:
                  vhosts: [shop, lab]
                  users:
                    - {name: ann, password: "a, b", tags: [administrator, impersonator]}
                    - name: app
                      password-hash: kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR
                  permissions:
                    - {user: app, vhost: shop, configure: "^a{1,3}", write: .*, read: ""}
                """);

        // when
        var amqp = ConfigLoader.ofBroker()
                .load(new ConfigSource(Map.of()), Map.of(), Optional.of(file))
                .config()
                .amqp();

        // then
        assertThat(amqp.vhosts()).containsExactly("shop", "lab");
        assertThat(amqp.users())
                .containsExactly(
                        new UserSetting("ann", "a, b", null, null, List.of("administrator", "impersonator")),
                        new UserSetting("app", null, "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR", null, null));
        assertThat(amqp.permissions()).containsExactly(new PermissionSetting("app", "shop", "^a{1,3}", ".*", ""));
    }

    @Test
    void readsUsersFromAFlagAndNeverShowsThem() {
        // given
        String users = "[{\"name\":\"ann\",\"password\":\"secret\"}]";

        // when
        var config = load(Map.of("amqp.users", users), Map.of());

        // then
        assertThat(config.amqp().users()).containsExactly(new UserSetting("ann", "secret", null, null, null));
        assertThat(config.toString()).doesNotContain("secret");
        assertThat(ConfigLoader.ofBroker().keys())
                .filteredOn(ConfigKey::isSecret)
                .extracting(ConfigKey::name)
                .containsExactly("amqp.default-pass", "amqp.users");
    }

    @Test
    void refusesUsersAndPermissionsThatMakeNoSense() {
        assertRefused("amqp.users", "[{\"name\":\"ann\",\"passwort\":\"secret\"}]", "what is set is no value for");
        assertRefused("amqp.users", "[{\"name\":\"ann\"", "what is set is no value for");
        assertRefused("amqp.users", "[null]", "what is set is no value for");
        assertRefused("amqp.users", "[{\"name\":\"ann\"}]", "needs either password or password-hash");
        assertRefused("amqp.users", "[{\"password\":\"secret\"}]", "a user has no name");
        assertRefused("amqp.users", "[{\"name\":\"ann\",\"password-hash\":\"secret\"}]", "password hash of user 'ann'");
        assertRefused(
                "amqp.permissions",
                "[{\"user\":\"u\",\"vhost\":\"/\",\"configure\":\"\",\"write\":\"a(\",\"read\":\"\"}]",
                "'a(' is no regular expression");
        assertRefused("amqp.permissions", "[{\"user\":\"u\",\"vhost\":\"/\"}]", "has no configure");
        assertRefused("amqp.default-pass", "", "must not be empty");
    }

    private static void assertRefused(String key, String value, String reason) {
        assertThatThrownBy(() -> load(Map.of(key, value), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(key)
                .hasMessageContaining(reason)
                .hasMessageNotContaining("secret");
    }

    private static BrokerConfig load(Map<String, String> flags, Map<String, String> environment) {
        var entries = flags.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, flag -> new Entry(flag.getValue(), "flag --set")));
        return ConfigLoader.ofBroker()
                .load(new ConfigSource(entries), environment, Optional.empty())
                .config();
    }
}
