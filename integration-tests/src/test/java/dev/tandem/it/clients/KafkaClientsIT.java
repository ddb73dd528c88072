package dev.tandem.it.clients;

import dev.tandem.it.fixture.ClientChecks;
import dev.tandem.it.fixture.ForeignProgram;
import dev.tandem.it.fixture.Names;
import dev.tandem.it.fixture.Program;
import dev.tandem.it.fixture.SharedBroker;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Kafka's clients in JavaScript and Go. */
class KafkaClientsIT {
    @RegisterExtension
    static final SharedBroker BROKER = SharedBroker.inAProcess();

    @Test
    void kafkajs() {
        ClientChecks.assertComplete(
                run(ForeignProgram.node("kafkajs", "checks.js"), "kafkajs"), List.of("none", "gzip"));
    }

    @Test
    void franzGo() {
        ClientChecks.assertComplete(run(ForeignProgram.go("franz-go"), "franz-go"), ClientChecks.EVERY_CODEC);
    }

    @Test
    void sarama() {
        ClientChecks.assertComplete(run(ForeignProgram.go("sarama"), "sarama"), ClientChecks.EVERY_CODEC);
    }

    private static List<String> run(List<String> command, String prefix) {
        return Program.run(ForeignProgram.with(command, BROKER.kafka().bootstrap(), Names.unique(prefix)));
    }
}
