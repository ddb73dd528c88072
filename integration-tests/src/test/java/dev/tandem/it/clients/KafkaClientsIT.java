package dev.tandem.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.it.fixture.ForeignProgram;
import dev.tandem.it.fixture.Names;
import dev.tandem.it.fixture.Program;
import dev.tandem.it.fixture.PythonEnvironment;
import dev.tandem.it.fixture.SharedBroker;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Kafka's clients in Python, JavaScript and Go. */
class KafkaClientsIT {
    private static final List<String> EVERY_CODEC = List.of("none", "gzip", "snappy", "lz4", "zstd");

    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker();

    @Test
    void confluentKafka() {
        var python = PythonEnvironment.of("confluent", "confluent-kafka>=2.6,<3");
        String name = Names.unique("confluent");
        assertAllChecked(
                python.run(
                        "clients/python/confluent_kafka_checks.py",
                        BROKER.kafka().bootstrap(),
                        name),
                EVERY_CODEC);
    }

    @Test
    void aiokafka() {
        var python = PythonEnvironment.of("aiokafka", "aiokafka>=0.12,<1", "cramjam");
        String name = Names.unique("aiokafka");
        assertAllChecked(
                python.run("clients/python/aiokafka_checks.py", BROKER.kafka().bootstrap(), name), EVERY_CODEC);
    }

    @Test
    void kafkajs() {
        assertAllChecked(run(ForeignProgram.node("kafkajs", "checks.js"), "kafkajs"), List.of("none", "gzip"));
    }

    @Test
    void franzGo() {
        assertAllChecked(run(ForeignProgram.go("franz-go"), "franz-go"), EVERY_CODEC);
    }

    @Test
    void sarama() {
        assertAllChecked(run(ForeignProgram.go("sarama"), "sarama"), EVERY_CODEC);
    }

    private static List<String> run(List<String> command, String prefix) {
        return Program.run(ForeignProgram.with(command, BROKER.kafka().bootstrap(), Names.unique(prefix)));
    }

    private static void assertAllChecked(List<String> printed, List<String> codecs) {
        var expected = new ArrayList<>(List.of("ok create"));
        codecs.forEach(codec -> expected.add("ok produce " + codec));
        expected.addAll(List.of("ok consume", "ok resume", "ok rebalance", "ok offsets", "ok delete"));
        assertThat(printed).containsAll(expected);
    }
}
