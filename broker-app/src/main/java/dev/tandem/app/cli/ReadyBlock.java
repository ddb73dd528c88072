package dev.tandem.app.cli;

import dev.tandem.app.Broker;
import dev.tandem.app.BuildInfo;
import java.time.Duration;

/** What a person reads when the broker is ready. */
final class ReadyBlock {
    private ReadyBlock() {}

    static String of(Broker broker, Duration startTook) {
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
                        broker.dataDir());
    }
}
