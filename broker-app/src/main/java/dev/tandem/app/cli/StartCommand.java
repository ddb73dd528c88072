package dev.tandem.app.cli;

import dev.tandem.app.Broker;
import dev.tandem.app.config.BrokerConfig;
import dev.tandem.app.logging.LogSetup;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Starts the broker and stays until a signal ends it. */
@Command(
        name = "start",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Start the broker and stay in the foreground; Ctrl-C stops it.",
        footer = {
            "",
            "Every setting may also come from the environment (TANDEM_KAFKA_PORT for kafka.port) or the",
            "--config file. A flag wins over the environment, that over the file, that over the default."
        })
final class StartCommand implements Runnable {
    private static final Logger LOGGER = LoggerFactory.getLogger(StartCommand.class);

    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Override
    public void run() {
        BrokerConfig config = options.load(System.getenv()).config();
        LogSetup.install(config.logFormat(), config.logLevel());
        var stop = StopSignal.install();
        try (Broker broker = Broker.start(config)) {
            PrintWriter out = spec.commandLine().getOut();
            out.print(ReadyBlock.of(
                    broker, sinceProcessStart(), AdvertisedNote.of(config, AdvertisedNote.inContainer())));
            out.flush();
            stop.await();
            LOGGER.info("stopping; a second signal ends the process at once");
        }
    }

    private static Duration sinceProcessStart() {
        Instant started = ProcessHandle.current().info().startInstant().orElseGet(Instant::now);
        return Duration.between(started, Instant.now());
    }
}
