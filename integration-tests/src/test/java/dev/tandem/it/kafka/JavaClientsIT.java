package dev.tandem.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.it.fixture.ClientChecks;
import dev.tandem.it.fixture.KafkaPrograms;
import dev.tandem.it.fixture.Names;
import dev.tandem.it.fixture.SharedBroker;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Producer, consumer and admin client of Kafka 3.9, the last before 4.0, and of the newest: one program, with each. */
class JavaClientsIT {
    private static final String CHECKS = "dev.tandem.kafkaprograms.older.ClientChecks";

    @RegisterExtension
    static final SharedBroker BROKER = SharedBroker.inAProcess();

    @Test
    void kafka39() {
        assertAllChecked(
                "version 3.9.", KafkaPrograms.runOlder(CHECKS, BROKER.kafka().bootstrap(), Names.unique("java-39")));
    }

    @Test
    void kafka44() {
        assertAllChecked(
                "version 4.4.",
                KafkaPrograms.runOlderWithNewestClient(CHECKS, BROKER.kafka().bootstrap(), Names.unique("java-44")));
    }

    private static void assertAllChecked(String version, List<String> printed) {
        assertThat(printed).anyMatch(line -> line.startsWith(version));
        assertThat(printed).contains("ok protocol", "ok configs", "ok groups");
        ClientChecks.assertComplete(printed, ClientChecks.EVERY_CODEC);
    }
}
