package dev.tandem.it.python;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.it.fixture.ClientChecks;
import dev.tandem.it.fixture.Names;
import dev.tandem.it.fixture.PythonEnvironment;
import dev.tandem.it.fixture.SharedBroker;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Kafka's clients in Python: compressions, keys and values of every kind, large records, groups, admin calls. */
class KafkaChecksIT {
    private static final List<String> WITHOUT_LIBRARIES = List.of("none", "gzip");

    @RegisterExtension
    static final SharedBroker BROKER = SharedBroker.inAProcess();

    static List<PythonEnvironment> environments() {
        return PythonEnvironment.all().toList();
    }

    @ParameterizedTest
    @MethodSource("environments")
    void kafkaPython(PythonEnvironment python) {
        List<String> printed = run(python, "kafka_python");
        ClientChecks.assertCompleteAlone(printed, python.isComplete() ? ClientChecks.EVERY_CODEC : WITHOUT_LIBRARIES);
    }

    @Test
    void confluentKafka() {
        List<String> printed = run(PythonEnvironment.of("confluent", "confluent-kafka>=2.12,<3"), "confluent_kafka");
        ClientChecks.assertComplete(printed, ClientChecks.EVERY_CODEC);
        assertThat(printed).contains("ok protocol");
    }

    @Test
    void aiokafka() {
        ClientChecks.assertComplete(
                run(PythonEnvironment.of("aiokafka", "aiokafka>=0.12,<1", "cramjam"), "aiokafka"),
                ClientChecks.EVERY_CODEC);
    }

    private static List<String> run(PythonEnvironment python, String client) {
        return python.run(
                "clients/python/" + client + "_checks.py", BROKER.kafka().bootstrap(), Names.unique(client));
    }
}
