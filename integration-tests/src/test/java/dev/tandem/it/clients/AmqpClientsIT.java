package dev.tandem.it.clients;

import static dev.tandem.it.fixture.AmqpChecks.assertComplete;

import dev.tandem.it.fixture.ForeignProgram;
import dev.tandem.it.fixture.Names;
import dev.tandem.it.fixture.Program;
import dev.tandem.it.fixture.SharedBroker;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** AMQP's clients in JavaScript and Go. */
class AmqpClientsIT {
    @RegisterExtension
    static final SharedBroker BROKER = SharedBroker.inAProcess();

    @Test
    void amqplib() {
        assertComplete(run(ForeignProgram.node("amqplib", "checks.js"), "amqplib"), "headers", "requeue");
    }

    @Test
    void amqp091Go() {
        assertComplete(run(ForeignProgram.go("amqp091-go"), "amqp091-go"), "headers", "requeue", "tx");
    }

    private static List<String> run(List<String> command, String prefix) {
        return Program.run(ForeignProgram.with(command, BROKER.amqp().uri(), Names.unique(prefix)));
    }
}
