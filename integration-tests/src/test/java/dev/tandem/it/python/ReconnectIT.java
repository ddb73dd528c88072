package dev.tandem.it.python;

import dev.tandem.it.fixture.AmqpFixture;
import dev.tandem.it.fixture.BrokerProcess;
import dev.tandem.it.fixture.Program;
import dev.tandem.it.fixture.PythonEnvironment;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** AMQP's clients in Python while the broker is killed and comes back. */
class ReconnectIT {
    private static final List<String> QUEUES = List.of("pika", "aio_pika", "kombu");

    @TempDir
    private Path dataDir;

    @Test
    void consumersComeBackAndAreGivenAgainWhatTheyHeld() throws Exception {
        try (var broker = BrokerProcess.start(dataDir);
                var pika = start(PythonEnvironment.newer(), "pika", broker);
                var aioPika = start(PythonEnvironment.aioPika(), "aio_pika", broker);
                var kombu = start(PythonEnvironment.celery(), "kombu", broker);
                var celery = celery("celery_worker.py", broker, "-P", "solo")) {
            // given
            var consumers = List.of(pika, aioPika, kombu);
            consumers.forEach(consumer -> consumer.awaitLines("Ready", 1));
            publish(broker, "hold");
            celery("celery_call.py", broker, "1").awaitSuccess();
            consumers.forEach(consumer -> consumer.awaitLines("Got: hold", 1));
            celery.awaitLines("Ran: 1", 1);

            // when
            broker.kill();
            broker.start();
            publish(broker, "after");
            celery("celery_call.py", broker, "2").awaitSuccess();

            // then
            for (var consumer : consumers) {
                consumer.awaitLines("Got: hold", 2);
                consumer.awaitLines("Got: after", 1);
            }
            celery.awaitLines("Ran: 2", 1);
        }
    }

    private static void publish(BrokerProcess broker, String body) throws Exception {
        try (var connection = new AmqpFixture(broker.amqpUri()).connect();
                var channel = connection.createChannel()) {
            for (String queue : QUEUES) {
                AmqpFixture.publish(channel, queue, body);
            }
        }
    }

    private static Program start(PythonEnvironment python, String client, BrokerProcess broker) {
        return python.start("clients/python/" + client + "_reconnect.py", broker.amqpUri(), client);
    }

    private static Program celery(String program, BrokerProcess broker, String... options) {
        String[] arguments = new String[2 + options.length];
        arguments[0] = broker.amqpUri();
        arguments[1] = "celery";
        System.arraycopy(options, 0, arguments, 2, options.length);
        return PythonEnvironment.celery().start("clients/python/" + program, arguments);
    }
}
