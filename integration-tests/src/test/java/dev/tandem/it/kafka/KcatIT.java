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
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** kcat, which stands for librdkafka. */
class KcatIT {
    @RegisterExtension
    static final SharedBroker BROKER = SharedBroker.inAProcess();

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

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void producesAndConsumesKeysValuesAndHeadersOfEveryKind(String codec, @TempDir Path folder) throws Exception {
        // given
        String topic = kafka.createTopic(1);
        Path records =
                Files.writeString(folder.resolve("records"), "plain|value\nschlüssel|grüße 🐫\n|no key\ntombstone|\n");

        // when
        kcat("-P", "-t", topic, "-z", codec, "-K", "|", "-Z", "-H", "ü=é", "-H", "empty=", "-l", records.toString());
        List<String> printed = kcat("-C", "-t", topic, "-e", "-q", "-f", "%K %k, %S %s, %h\\n");

        // then
        assertThat(printed)
                .containsExactly(
                        "5 plain, 5 value, ü=é,empty=",
                        "10 schlüssel, 12 grüße 🐫, ü=é,empty=",
                        "-1 , 6 no key, ü=é,empty=",
                        "9 tombstone, -1 , ü=é,empty=");
    }

    @Test
    void producesAndConsumesALargeRecordWhereTheTopicAllowsIt(@TempDir Path folder) throws Exception {
        // given
        String limit = "10000000";
        String topic = kafka.createTopic(1, Map.of("max.message.bytes", limit));
        String large = "tandem! ".repeat(1_000_000);
        Path record = Files.writeString(folder.resolve("record"), large);

        // when
        kcat("-P", "-t", topic, "-X", "message.max.bytes=" + limit, record.toString());
        List<String> printed = kcat("-C", "-t", topic, "-e", "-q", "-X", "fetch.message.max.bytes=" + limit);

        // then
        assertThat(printed).singleElement().matches(large::equals, "is what was sent");
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
