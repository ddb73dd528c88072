package dev.tandem.app.cli;

import dev.tandem.app.Broker;
import dev.tandem.app.BuildInfo;
import java.time.Duration;
import java.util.Optional;

/** What a person reads when the broker is ready. */
final class ReadyBlock {
    private ReadyBlock() {}

    static String of(Broker broker, Duration startTook, Optional<String> note) {
        return """
                Tandem %s is ready in %d ms
                  Kafka    %s
                  AMQP     %s
                  Console  %s
                  Data     %s
                """.formatted(
                                BuildInfo.version(),
                                startTook.toMillis(),
                                broker.kafkaBootstrap(),
                                broker.amqpUri(),
                                broker.consoleUri(),
                                broker.dataDir())
                + note.map("  Note     %s%n"::formatted).orElse("");
    }
}
