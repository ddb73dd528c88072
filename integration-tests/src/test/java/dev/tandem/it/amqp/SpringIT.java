package dev.tandem.it.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.it.fixture.AmqpChecks;
import dev.tandem.it.fixture.AmqpPrograms;
import dev.tandem.it.fixture.Names;
import dev.tandem.it.fixture.SharedBroker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A Spring AMQP application: listener containers, remote calls, correlated confirms and returns, transactions. */
class SpringIT {
    @RegisterExtension
    static final SharedBroker BROKER = SharedBroker.inAProcess();

    @Test
    void applicationChecksWhatItGets() {
        try (var application = AmqpPrograms.start("SpringChecks", BROKER.amqp().uri(), Names.unique("spring"))) {
            AmqpChecks.assertComplete(application.awaitSuccess(), "headers", "requeue", "batch", "rpc", "tx");
            assertThat(application.lines("FAILED")).isEmpty();
        }
    }
}
