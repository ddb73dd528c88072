package dev.tandem.it.durability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.it.fixture.AmqpFixture;
import dev.tandem.it.fixture.BrokerProcess;
import dev.tandem.it.fixture.KafkaFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kills a real broker at random moments under traffic of both protocols, starts it on the same directory, and compares
 * what is there with what was acknowledged.
 *
 * <p>{@code -Dtandem.crash.seed} repeats the choices of a run, {@code -Dtandem.crash.rounds} says how often to kill.
 */
class CrashIT {
    private static final Logger LOGGER = LoggerFactory.getLogger(CrashIT.class);
    private static final int MAX_PROGRESS = 5_000;
    private static final Duration LIMIT = Duration.ofSeconds(120);

    private final long seed = Long.getLong("tandem.crash.seed", new Random().nextLong());
    private final int rounds = Integer.getInteger("tandem.crash.rounds", 5);
    private final Random random = new Random(seed);

    @Test
    void keepsEverythingAcknowledgedWhenItIsKilled(@TempDir Path dataDir) throws Exception {
        LOGGER.info("{} kills with -Dtandem.crash.seed={}", rounds, seed);
        var findings = new Findings();
        try (var broker = BrokerProcess.start(dataDir)) {
            // given
            var kafkaClients = new KafkaFixture(broker.kafkaBootstrap());
            var amqpClients = new AmqpFixture(broker.amqpUri());
            var definitions = new DefinitionLedger(kafkaClients, amqpClients, findings, random.nextLong());
            var amqp = new AmqpTraffic(amqpClients, findings, random.nextLong());
            try (var kafka = new KafkaTraffic(kafkaClients, findings)) {
                for (int round = 1; round <= rounds; round++) {
                    var session = amqp.new Session(true);
                    awaitProgress(kafka, amqp, 1);
                    definitions.change();

                    // when
                    awaitProgress(kafka, amqp, random.nextInt(MAX_PROGRESS));
                    broker.kill();
                    session.end();
                    var before = kafka.snapshot();
                    broker.start();

                    // then
                    definitions.verify();
                    kafka.verify(before);
                    LOGGER.info(
                            "round {}: {} records acknowledged, {} messages confirmed",
                            round,
                            kafka.acknowledgedRecords(),
                            amqp.confirmedMessages());
                    assertThat(findings.all())
                            .as("round %d of -Dtandem.crash.seed=%d", round, seed)
                            .isEmpty();
                }
                amqp.drain();
                kafka.close();
                kafka.verifyComplete();
            }
        }
        assertThat(findings.all()).as("-Dtandem.crash.seed=%d", seed).isEmpty();
    }

    /** Moments are counted in acknowledgements: a kill proves nothing before the clients are at work. */
    private static void awaitProgress(KafkaTraffic kafka, AmqpTraffic amqp, int acknowledgements) {
        long records = kafka.acknowledgedRecords() + acknowledgements;
        long messages = amqp.confirmedMessages() + acknowledgements;
        Awaitility.await()
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> kafka.acknowledgedRecords() >= records && amqp.confirmedMessages() >= messages);
    }
}
