package dev.tandem.app.cli;

import dev.tandem.app.RunningBroker;
import dev.tandem.app.config.BrokerConfig;
import dev.tandem.app.config.BrokerConfig.LogLevel;
import dev.tandem.app.config.ConfigLoader.Loaded;
import dev.tandem.app.logging.LogSetup;
import dev.tandem.storage.Backup;
import dev.tandem.storage.StorageException;
import dev.tandem.storage.backup.StoppedBackup;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Copies a data directory, by the broker that uses it or, when none does, by itself. */
@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Copy the data directory to a new one, which 'tandem start --data-dir DIR' takes.",
            "The running broker of this configuration makes the copy while it serves; without one, the",
            "data directory of this configuration is copied as it is."
        },
        footer = {
            "",
            "On the same file system the copy shares data files with the original by links: quick, and",
            "small; against the loss of the disk, name a directory on another one."
        })
final class BackupCommand implements Callable<Integer> {
    private static final long PROGRESS_SECONDS = 1;

    @Parameters(paramLabel = "DIR", description = "The directory to make; must not exist.")
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private Path directory;

    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        Loaded<BrokerConfig> loaded = options.load(System.getenv());
        BrokerConfig config = loaded.config();
        // The outcome is the output.
        LogSetup.install(config.logFormat(), config.logLevel() == LogLevel.INFO ? LogLevel.WARN : config.logLevel());
        Path target = directory.toAbsolutePath().normalize();
        Backup backup = start(loaded, target);
        Backup.Report report = await(backup);
        PrintWriter out = spec.commandLine().getOut();
        out.println("Backed up to " + report.directory() + ": " + size(report.bytes()) + " in " + seconds(report.took())
                + ". Start it with: tandem start --data-dir " + report.directory());
        out.flush();
        return 0;
    }

    private static Backup start(Loaded<BrokerConfig> loaded, Path target) {
        BrokerConfig config = loaded.config();
        Optional<RunningBroker> running = RunningBroker.find(config);
        if (running.isPresent()) {
            var broker = new RemoteBackups(running.get().consoleUri());
            // A directory that was named is meant, even when a broker of another one serves on these ports.
            boolean named = loaded.settings().stream()
                    .anyMatch(setting -> setting.key().name().equals("data-dir")
                            && !setting.origin().equals("default"));
            if (!named || broker.uses(config.dataDir())) {
                return broker.start(target);
            }
        }
        return StoppedBackup.start(config.dataDir(), target);
    }

    private Backup.Report await(Backup backup) throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        while (true) {
            try {
                return backup.done().get(PROGRESS_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException stillRunning) {
                err.println(size(backup.bytesSoFar()) + " copied after " + seconds(backup.elapsed()));
                err.flush();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof StorageException known ? known : new CompletionException(e.getCause());
            }
        }
    }

    private static String size(long bytes) {
        return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3);
    }
}
