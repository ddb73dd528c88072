package dev.tandem.app.cli;

import dev.tandem.app.config.BrokerConfig;
import dev.tandem.app.config.ConfigLoader.Loaded;
import dev.tandem.app.logging.LogSetup;
import dev.tandem.storage.tool.Inspection;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks into a data directory that no broker uses. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Print what the data directory of a stopped broker, or a backup, holds: logs, cursors, definitions.",
            "With --log the directory and entries of one log, with their batches and records, each checked.",
            "Nothing is changed, and message bodies are never printed. Exit code 1 when something is damaged."
        })
final class InspectCommand implements Callable<Integer> {
    private static final int EXIT_DAMAGED = 1;

    @Parameters(
            arity = "0..1",
            paramLabel = "DIR",
            description = "The directory [the data directory of this configuration].")
    private @Nullable Path directory;

    @Option(names = "--log", paramLabel = "ID", description = "Print the entries of this log.")
    private @Nullable Long log;

    @Option(
            names = "--from",
            paramLabel = "OFFSET",
            description = "With --log: begin at this offset [the log's start].")
    private long from;

    @Option(names = "--max", paramLabel = "N", description = "With --log: print so many entries at most [1000].")
    private int max = 1_000;

    @Option(names = "--check", description = "Read every entry of every log, and name those that are damaged.")
    private boolean check;

    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Override
    public Integer call() {
        Loaded<BrokerConfig> loaded = options.load(System.getenv());
        LogSetup.install(loaded.config().logFormat(), loaded.config().logLevel());
        Path dataDir = directory != null ? directory : loaded.config().dataDir();
        PrintWriter out = spec.commandLine().getOut();
        try (var inspection = Inspection.open(dataDir)) {
            boolean isSound = log != null
                    ? inspection.printEntries(log, from, max, out)
                    : check ? inspection.check(out) : inspection.printSummary(out);
            return isSound ? 0 : EXIT_DAMAGED;
        }
    }
}
