package dev.tandem.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
    private static final String[] FREE_PORTS = {"start", "--kafka-port", "0", "--amqp-port", "0", "--http-port", "0"};
    private static final Pattern KAFKA_ADDRESS = Pattern.compile("Kafka +localhost:(\\d+)");

    private static final Pattern CONSOLE_ADDRESS = Pattern.compile("http://localhost:(\\d+)/");

    @TempDir
    Path directory;

    @Test
    void startsOnFreePortsAndStopsOnSigtermWithZero() throws Exception {
        // given
        try (var tandem = TandemProcess.start(directory, Map.of(), FREE_PORTS)) {
            int port = awaitKafkaPort(tandem);
            try (var socket = new Socket("127.0.0.1", port)) {
                assertThat(socket.isConnected()).isTrue();
            }

            // when
            tandem.terminate();

            // then
            assertThat(tandem.exitCode()).isZero();
            assertThat(tandem.out())
                    .startsWith("Tandem 0.1.0 is ready in ")
                    .contains("Data     " + directory.toRealPath().resolve("data"));
            assertThat(tandem.err()).doesNotContain("WARN", "ERROR", "Exception");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"kafka", "amqp", "http"})
    void saysThatAPortIsInUse(String name) throws Exception {
        // given
        try (var other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String taken = Integer.toString(other.getLocalPort());
            String[] arguments = FREE_PORTS.clone();
            arguments[List.of(arguments).indexOf("--" + name + "-port") + 1] = taken;

            // when
            var tandem = TandemProcess.run(directory, arguments);

            // then
            assertThat(tandem.err())
                    .isEqualTo("tandem: cannot listen for " + name + " on 127.0.0.1 port " + taken
                            + ": another program listens on it; stop that program or choose another port with --" + name
                            + "-port\n");
            assertThat(tandem.exitCode()).isEqualTo(1);
        }
    }

    @Test
    void saysThatAnotherBrokerUsesTheDataDirectory() throws Exception {
        // given
        try (var first = TandemProcess.start(directory, Map.of(), FREE_PORTS)) {
            awaitKafkaPort(first);

            // when
            var second = TandemProcess.run(directory, FREE_PORTS);

            // then
            assertThat(second.err())
                    .isEqualTo(
                            "tandem: the data directory " + Path.of("data") + " is in use by another broker; stop that"
                                    + " one, or choose another directory with --data-dir\n");
            assertThat(second.exitCode()).isEqualTo(1);
        }
    }

    @Test
    void saysThatTheDataDirectoryIsAFile() throws Exception {
        // given
        Path file = Files.writeString(directory.resolve("occupied"), "not a directory");

        // when
        var tandem = TandemProcess.run(directory, "start", "--data-dir", file.toString());

        // then
        assertThat(tandem.exitCode()).isEqualTo(1);
        assertIsOneSentence(tandem.err()).contains(file.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "start --set kafka.num-partition=3 | unknown configuration key 'kafka.num-partition' (flag --set);"
                        + " did you mean 'kafka.num-partitions'?",
                "start --kafka-port ten | 'ten' is no value for kafka.port (flag --kafka-port); it takes an integer",
                "start --amqp-port 99999 | amqp.port must be 0 to 65535, not 99999 (flag --amqp-port)",
                "start --set kafka.port | --set takes key=value, not 'kafka.port'",
                "start --config missing.yaml | configuration file 'missing.yaml' does not exist",
                "config --log-level loud | 'loud' is no value for log-level (flag --log-level); it takes one of error,"
                        + " warn, info, debug, trace",
            })
    void endsWithASentenceWhenTheConfigurationIsWrong(String commandLine, String sentence) throws Exception {
        // when
        var tandem = TandemProcess.run(directory, commandLine.split(" "));

        // then
        assertThat(tandem.err()).isEqualTo("tandem: " + sentence + "\n");
        assertThat(tandem.exitCode()).isEqualTo(2);
    }

    @Test
    void suggestsTheCommandThatWasProbablyMeant() throws Exception {
        // when
        var tandem = TandemProcess.run(directory, "strat");

        // then
        assertThat(tandem.err()).contains("tandem start").doesNotContain("Exception");
        assertThat(tandem.exitCode()).isEqualTo(2);
    }

    @Test
    void printsEachValueAndWhereItComesFrom() throws Exception {
        // given
        Path file = Files.writeString(directory.resolve("tandem.yaml"), "kafka:\n  num-partitions: 6\n");
        var environment = Map.of("TANDEM_AMQP_HEARTBEAT", "30s", "RABBITMQ_DEFAULT_PASS", "hunter2");

        // when
        var tandem = TandemProcess.start(
                directory, environment, "config", "--config", file.toString(), "--http-port", "8080");

        // then
        assertThat(tandem.exitCode()).isZero();
        assertThat(tandem.out())
                .containsPattern("kafka.num-partitions +6 +file " + Pattern.quote(file.toString()))
                .containsPattern("amqp.heartbeat +30s +environment TANDEM_AMQP_HEARTBEAT")
                .containsPattern("console.port +8080 +flag --http-port")
                .containsPattern("kafka.port +9092 +default")
                .doesNotContain("hunter2");
    }

    @Test
    void printsItsVersionAndItsCommands() throws Exception {
        // when
        var version = TandemProcess.run(directory, "--version");
        var help = TandemProcess.run(directory, "--help");

        // then
        assertThat(version.out()).startsWith("tandem 0.1.0 (Java ");
        assertThat(help.out()).contains("start", "config", "backup", "inspect");
    }

    @Test
    void inspectsTheDataDirectoryOnceTheBrokerIsStopped() throws Exception {
        // given
        try (var tandem = TandemProcess.start(directory, Map.of(), FREE_PORTS)) {
            awaitKafkaPort(tandem);
            var refused = TandemProcess.run(directory, "inspect");
            assertIsOneSentence(refused.err()).contains("in use by a broker");
            assertThat(refused.exitCode()).isEqualTo(1);
            tandem.terminate();
            assertThat(tandem.exitCode()).isZero();
        }

        // when
        var summary = TandemProcess.run(directory, "inspect");

        // then
        assertThat(summary.out()).contains("stopped\tcleanly", "Vhost[name=/]");
        assertThat(summary.exitCode()).isZero();
    }

    @Test
    void backsUpTheDirectoryOfARunningBrokerAndOfAStoppedOne() throws Exception {
        // given
        try (var tandem = TandemProcess.start(directory, Map.of(), FREE_PORTS)) {
            awaitKafkaPort(tandem);
            Matcher console = CONSOLE_ADDRESS.matcher(tandem.out());
            assertThat(console.find()).isTrue();
            String httpPort = console.group(1);

            // when
            var online = TandemProcess.run(directory, "backup", "online", "--http-port", httpPort);
            var again = TandemProcess.run(directory, "backup", "online", "--http-port", httpPort);
            var lost = TandemProcess.run(directory, "backup", "lost", "--http-port", "0");
            tandem.terminate();
            assertThat(tandem.exitCode()).isZero();

            // then
            assertThat(online.out())
                    .startsWith("Backed up to " + directory.toRealPath().resolve("online") + ": ")
                    .contains(" MB in ");
            assertIsOneSentence(again.err()).contains("cannot back up to ", "online: it exists already");
            assertThat(again.exitCode()).isEqualTo(1);
            assertIsOneSentence(lost.err()).contains("in use by a broker", "--http-port");
        }
        var stopped = TandemProcess.run(directory, "backup", "stopped", "--http-port", "0");
        assertThat(stopped.exitCode()).as(stopped.err()).isZero();
        for (String backup : List.of("online", "stopped")) {
            assertThat(TandemProcess.run(directory, "inspect", backup).out()).contains("Vhost[name=/]");
            var checked = TandemProcess.run(directory, "inspect", "--check", backup);
            assertThat(checked.out()).startsWith("log\tentries\toffsets\tdamages\tname\n");
            assertThat(checked.exitCode()).isZero();
        }
    }

    @Test
    void saysThatThereIsNothingToInspect() throws Exception {
        // when
        var tandem = TandemProcess.run(directory, "inspect", "nowhere");

        // then
        assertThat(tandem.err())
                .isEqualTo("tandem: nowhere is not a data directory of Tandem: there is no database in it\n");
        assertThat(tandem.exitCode()).isEqualTo(1);
    }

    @Test
    void logsOneJsonObjectALine() throws Exception {
        // given
        String[] arguments = {
            "start",
            "--kafka-port",
            "0",
            "--amqp-port",
            "0",
            "--http-port",
            "0",
            "--log-format",
            "json",
            "--log-level",
            "debug"
        };
        try (var tandem = TandemProcess.start(directory, Map.of(), arguments)) {
            awaitKafkaPort(tandem);

            // when
            tandem.terminate();

            // then
            assertThat(tandem.exitCode()).isZero();
            assertThat(tandem.err().lines()).isNotEmpty().allSatisfy(line -> assertThat(line)
                    .startsWith("{\"timestamp\":")
                    .endsWith("}"));
        }
    }

    private static org.assertj.core.api.AbstractStringAssert<?> assertIsOneSentence(String err) {
        return assertThat(err).startsWith("tandem: ").hasLineCount(1).doesNotContain("\tat ");
    }

    private static int awaitKafkaPort(TandemProcess tandem) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(tandem.out() + tandem.err()).containsPattern(KAFKA_ADDRESS));
        Matcher address = KAFKA_ADDRESS.matcher(tandem.out());
        assertThat(address.find()).isTrue();
        return Integer.parseInt(address.group(1));
    }
}
