package dev.tandem.it.python;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.it.fixture.Names;
import dev.tandem.it.fixture.Program;
import dev.tandem.it.fixture.PythonEnvironment;
import dev.tandem.it.fixture.SharedBroker;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Celery with real workers: results, retries, delays, priorities, revoked tasks, and a worker that is killed. */
class CeleryIT {
    @RegisterExtension
    static final SharedBroker BROKER = SharedBroker.inAProcess();

    @Test
    void tasksOfAKilledWorkerRunInAnotherAndAllOthersOnce() {
        // given
        String name = Names.unique("celery");
        try (var first = worker(name, "-n", "first@" + name, "-Q", name, "-c", "3");
                var second = worker(name, "-n", "second@" + name, "-Q", name + ".late", "-P", "solo");
                var checks = start("celery_checks.py", name)) {
            second.awaitLines("Holding", 1);

            // when
            second.close();
            try (var third =
                    worker(name, "-n", "third@" + name, "-Q", name + ".late," + name + ".priority", "-P", "solo")) {

                // then
                assertThat(checks.awaitSuccess())
                        .containsSubsequence(
                                "ok control",
                                "ok results",
                                "ok retries",
                                "ok eta",
                                "ok requeue",
                                "ok revoke",
                                "ok killed");
                first.awaitSuccess();
                third.awaitSuccess();
                assertThat(third.lines("Ran: ")).containsExactly("Ran: 9", "Ran: 5", "Ran: 3", "Ran: 2", "Ran: 1");
            }
        }
    }

    @Test
    void theBrokerDelaysTasksOfQuorumQueues() {
        // given
        String name = Names.unique("celery") + ".quorum";
        try (var worker = worker(name, "-c", "2")) {

            // when
            var printed = start("celery_quorum_checks.py", name).awaitSuccess();

            // then
            assertThat(printed).contains("ok results", "ok eta");
            assertThat(worker.awaitSuccess()).noneMatch(line -> line.contains("Failed to"));
        }
    }

    private static Program worker(String name, String... options) {
        return start("celery_worker.py", name, options);
    }

    private static Program start(String program, String name, String... options) {
        return PythonEnvironment.celery()
                .start(
                        "clients/python/" + program,
                        Stream.concat(Stream.of(BROKER.amqp().uri(), name), Stream.of(options))
                                .toArray(String[]::new));
    }
}
