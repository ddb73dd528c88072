package dev.tandem.console.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.console.testsupport.BrokerFixture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LabMainTest {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void runsAWorkloadThroughBothLanesAndLeavesNothingBehind() throws IOException {
        try (var broker = new BrokerFixture(directory.resolve("data"), 0)) {
            // given
            Path spec = Files.writeString(
                    directory.resolve("spec.yaml"),
                    "messages: 600\nmessageSize: 200\nproducers: 2\nconsumers: 2\nrepeats: 1\n");
            Path json = directory.resolve("result.json");

            // when
            int exit = run(broker, Optional.of(spec), Optional.of(json));

            // then
            JsonNode result = new ObjectMapper().readTree(json.toFile());
            assertThat(exit).as(err.toString(StandardCharsets.UTF_8)).isZero();
            for (String lane : new String[] {"log", "queue"}) {
                assertThat(result.at("/" + lane + "/lost").asLong()).isZero();
                assertThat(result.at("/" + lane + "/duplicated").asLong()).isZero();
                assertThat(result.at("/" + lane + "/errors").asLong()).isZero();
                assertThat(result.at("/" + lane + "/endToEndLatency/count").asLong())
                        .isEqualTo(600);
                assertThat(result.at("/" + lane + "/afterPublish/bytes").asLong())
                        .isPositive();
            }
            assertThat(result.at("/log/afterDrain/messages").asLong())
                    .isEqualTo(result.at("/log/delivered").asLong());
            assertThat(result.at("/queue/afterDrain/messages").asLong()).isZero();
            assertThat(result.at("/durability").asText()).isEqualTo("always");
            assertThat(out.toString(StandardCharsets.UTF_8))
                    .contains("log lane")
                    .contains("messages still readable");
            assertThat(broker.kafka().admin().topics()).noneMatch(topic -> LabNames.isLabName(topic.name()));
            assertThat(broker.kafka().admin().groups().join()).noneMatch(group -> LabNames.isLabName(group.id()));
            assertThat(broker.amqp().admin().queues()).noneMatch(queue -> LabNames.isLabName(queue.name()));
        }
    }

    @Test
    void saysInASentenceThatASpecDoesNotFit() throws IOException {
        // given
        Path spec = Files.writeString(directory.resolve("spec.yaml"), "colour: blue\n");

        // when
        int exit = LabMain.run(
                new LabMain.Options(
                        new dev.tandem.console.BrokerAddresses("127.0.0.1:1", "amqp://127.0.0.1:1"),
                        Optional.empty(),
                        Optional.of(spec),
                        Optional.empty()),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));

        // then
        assertThat(exit).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("a workload has no key 'colour'")
                .doesNotContain("\tat ");
    }

    private int run(BrokerFixture broker, Optional<Path> spec, Optional<Path> json) {
        return LabMain.run(
                new LabMain.Options(broker.addresses(), Optional.of(broker.consoleUri()), spec, json),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }
}
