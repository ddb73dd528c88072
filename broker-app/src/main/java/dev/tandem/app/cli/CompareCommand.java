package dev.tandem.app.cli;

import dev.tandem.app.RunningBroker;
import dev.tandem.app.Tandem;
import dev.tandem.app.config.BrokerConfig;
import dev.tandem.app.config.BrokerConfig.LogLevel;
import dev.tandem.app.config.ConfigLoader.Loaded;
import dev.tandem.app.config.ConfigLoader.Setting;
import dev.tandem.app.logging.LogSetup;
import dev.tandem.console.BrokerAddresses;
import dev.tandem.console.lab.LabMain;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs one workload through a topic and through a queue, and prints what differs. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Run the same workload through a Kafka topic and an AMQP queue and print what differs.",
            "Against the running broker of this configuration; without one, against a temporary broker."
        })
final class CompareCommand implements Callable<Integer> {
    /** What a temporary broker chooses for itself. */
    private static final Set<String> OWN_KEYS = Set.of("data-dir", "bind", "kafka.port", "amqp.port", "console.port");

    @Parameters(arity = "0..1", paramLabel = "SPEC.yaml", description = "The workload [a quick look].")
    private @Nullable Path spec;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the whole result to a file.")
    private @Nullable Path json;

    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    @Override
    public Integer call() {
        Loaded<BrokerConfig> loaded = options.load(System.getenv());
        BrokerConfig config = loaded.config();
        // Progress and result are the output; the clients' chatter is not.
        LogSetup.install(config.logFormat(), config.logLevel() == LogLevel.INFO ? LogLevel.WARN : config.logLevel());
        Optional<RunningBroker> running = RunningBroker.find(config);
        if (running.isPresent()) {
            RunningBroker broker = running.get();
            System.err.println("Comparing on the broker at " + broker.consoleUri());
            return compare(new BrokerAddresses(broker.kafkaBootstrap(), broker.amqpUri()), broker.consoleUri());
        }
        System.err.println("No broker runs on these ports; comparing on a temporary one.");
        try (Tandem broker = temporary(loaded)) {
            return compare(new BrokerAddresses(broker.kafkaBootstrap(), broker.amqpUri()), broker.consoleUri());
        }
    }

    private int compare(BrokerAddresses addresses, String consoleUri) {
        return LabMain.run(
                new LabMain.Options(
                        addresses,
                        Optional.of(URI.create(consoleUri)),
                        Optional.ofNullable(spec),
                        Optional.ofNullable(json)),
                System.out,
                System.err);
    }

    private static Tandem temporary(Loaded<BrokerConfig> loaded) {
        var builder = Tandem.builder();
        for (Setting setting : loaded.settings()) {
            String key = setting.key().name();
            if (!setting.origin().equals("default") && !OWN_KEYS.contains(key)) {
                builder.set(key, setting.text());
            }
        }
        return builder.start();
    }
}
