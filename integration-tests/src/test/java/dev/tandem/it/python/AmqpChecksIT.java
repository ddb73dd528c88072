package dev.tandem.it.python;

import static dev.tandem.it.fixture.AmqpChecks.assertComplete;

import dev.tandem.it.fixture.Names;
import dev.tandem.it.fixture.Program;
import dev.tandem.it.fixture.PythonEnvironment;
import dev.tandem.it.fixture.SharedBroker;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** AMQP's clients in Python: declarations, confirms, returns, tables, large bodies, credit, transactions, cancellations. */
class AmqpChecksIT {
    @RegisterExtension
    static final SharedBroker BROKER = SharedBroker.inAProcess();

    static List<PythonEnvironment> environments() {
        return PythonEnvironment.all().toList();
    }

    @ParameterizedTest
    @MethodSource("environments")
    void pika(PythonEnvironment python) {
        try (var blocking = start(python, "pika");
                var select = start(python, "pika_select")) {
            assertComplete(blocking.awaitSuccess(), "headers", "requeue", "tx");
            assertComplete(select.awaitSuccess());
        }
    }

    @Test
    void aioPikaAndKombu() {
        try (var aioPika = start(PythonEnvironment.aioPika(), "aio_pika");
                var kombu = start(PythonEnvironment.celery(), "kombu")) {
            assertComplete(aioPika.awaitSuccess(), "headers", "requeue", "tx", "rpc");
            assertComplete(kombu.awaitSuccess(), "headers", "requeue", "tx", "priority", "simple");
        }
    }

    private static Program start(PythonEnvironment python, String client) {
        return python.start(
                "clients/python/" + client + "_checks.py", BROKER.amqp().uri(), Names.unique(client));
    }
}
