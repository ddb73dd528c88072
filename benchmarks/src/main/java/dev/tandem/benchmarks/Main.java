package dev.tandem.benchmarks;

import dev.tandem.benchmarks.server.Cache;
import dev.tandem.benchmarks.suite.AmqpSuite;
import dev.tandem.benchmarks.suite.Bench;
import dev.tandem.benchmarks.suite.FootprintSuite;
import dev.tandem.benchmarks.suite.KafkaSuite;
import dev.tandem.benchmarks.suite.StorageSuite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code benchmarks/run}. */
@Command(
        name = "benchmarks/run",
        mixinStandardHelpOptions = true,
        description = "Measures Tandem and its peers side by side, driven by the peers' own tools.")
public final class Main implements Callable<Integer> {
    private enum SuiteName {
        storage,
        kafka,
        amqp,
        footprint
    }

    @Parameters(index = "0", description = "One of: ${COMPLETION-CANDIDATES}.")
    private @Nullable SuiteName suite;

    @Option(names = "--pairs", defaultValue = "5", description = "Measured pairs a row (default: ${DEFAULT-VALUE}).")
    private int pairs;

    @Option(names = "--rows", split = ",", description = "Only scenarios whose name contains one of these.")
    private List<String> rows = List.of();

    @Option(
            names = "--scale",
            defaultValue = "1",
            description = "Factor on the length of every run (default: ${DEFAULT-VALUE}).")
    private double scale;

    @Option(names = "--only", description = "Measure one side alone: ${COMPLETION-CANDIDATES}.")
    private Bench.@Nullable Side only;

    @Option(names = "--set", description = "A setting key=value for Tandem; may be repeated.")
    private List<String> settings = List.of();

    /** Runs a suite and exits: 0 when every row was measured, 1 otherwise. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        Path home =
                Path.of(System.getProperty("tandem.home", ".")).toAbsolutePath().normalize();
        Path work = Files.createTempDirectory("tandem-bench");
        try {
            var bench = new Bench(home, Cache.standard(home), work, pairs, rows, scale, only, settings, System.out);
            switch (Objects.requireNonNull(suite)) {
                case kafka -> new KafkaSuite(bench).run();
                case amqp -> new AmqpSuite(bench).run();
                case footprint -> new FootprintSuite(bench).run();
                case storage -> new StorageSuite(bench).run();
            }
            return bench.allMeasured() ? 0 : 1;
        } finally {
            delete(work);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
