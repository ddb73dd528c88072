package dev.tandem.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.it.fixture.KafkaFixture;
import dev.tandem.it.fixture.Program;
import dev.tandem.it.fixture.Requirement;
import dev.tandem.it.fixture.SharedBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** kcat, which stands for librdkafka. */
class KcatIT {
    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker();

    private final KafkaFixture kafka = BROKER.kafka();

    @BeforeAll
    static void requireKcat() {
        Requirement.require(Program.isInstalled("kcat"), "kcat");
    }

    @Test
    void listsTopics() {
        // given
        String topic = kafka.createTopic(3);

        // when
        List<String> printed = kcat("-L");

        // then
        assertThat(printed).anyMatch(line -> line.contains("\"" + topic + "\" with 3 partitions"));
    }

    @Test
    void producesAndConsumesWithIdempotenceAndCompression(@TempDir Path folder) throws Exception {
        // given
        String topic = kafka.createTopic(1);
        Path records = Files.writeString(folder.resolve("records"), "k1:v1\nk2:v2\n");

        // when
        kcat("-P", "-t", topic, "-X", "enable.idempotence=true", "-z", "zstd", "-K", ":", "-l", records.toString());
        List<String> printed = kcat("-C", "-t", topic, "-e", "-q", "-K", ":");

        // then
        assertThat(printed).containsExactly("k1:v1", "k2:v2");
    }

    @Test
    void consumesInAGroup() {
        // given
        String topic = kafka.createTopic(2);
        kafka.produce(topic, 0, "a");
        kafka.produce(topic, 1, "b");

        // when
        List<String> printed = kcat("-G", topic + "-group", "-X", "auto.offset.reset=earliest", "-c", "2", "-q", topic);

        // then
        assertThat(printed).containsExactlyInAnyOrder("a", "b");
    }

    private List<String> kcat(String... arguments) {
        var command = new ArrayList<String>(List.of("kcat", "-b", kafka.bootstrap()));
        command.addAll(List.of(arguments));
        return Program.run(command);
    }
}
