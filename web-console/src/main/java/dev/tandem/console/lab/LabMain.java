package dev.tandem.console.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.tandem.console.BrokerAddresses;
import dev.tandem.console.ConsoleConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/** The comparison on a terminal, against a broker in another process: {@code ./tandem compare}. */
public final class LabMain {
    private LabMain() {}

    /**
     * What to run against what.
     *
     * @param addresses of the broker
     * @param console of the broker, for stored bytes and durability
     * @param spec a workload in YAML or JSON; the quick look without
     * @param json where the whole result goes
     */
    public record Options(BrokerAddresses addresses, Optional<URI> console, Optional<Path> spec, Optional<Path> json) {}

    /**
     * Runs one comparison and prints its result.
     *
     * @param out for the result
     * @param err for progress and refusals
     * @return exit code: 0 when it ran and no acknowledged message was lost, 1 when it could not run, 2 when messages
     *     were lost
     */
    public static int run(Options options, PrintStream out, PrintStream err) {
        try {
            Workload workload = options.spec().isPresent()
                    ? WorkloadReader.read(Files.readAllBytes(options.spec().get()))
                    : Workload.quick();
            ConsoleConfig limits = ConsoleConfig.defaults();
            workload.checkBounds(limits.labMaxDuration(), limits.labMaxBytes());
            Optional<HttpProbe> probe = options.console().map(HttpProbe::new);
            var comparison = new Comparison(
                    workload,
                    LabNames.newId(),
                    options.addresses(),
                    probe.map(HttpProbe::durability).orElse("unknown"),
                    probe.<Stock.Probe>map(known -> known).orElse(Stock.Probe.NONE),
                    limits.labMaxBytes(),
                    new Printing(err));
            ComparisonResult result = stopOnInterrupt(comparison);
            out.print(ResultTable.of(result));
            if (options.json().isPresent()) {
                write(result, options.json().get());
            }
            return result.log().lost() + result.queue().lost() > 0 ? 2 : 0;
        } catch (CancellationException e) {
            err.println("The comparison was stopped.");
            return 1;
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            return 1;
        } catch (IOException e) {
            err.println("cannot read or write " + e.getMessage());
            return 1;
        } catch (Exception e) {
            err.println("The comparison failed: " + Lab.reason(e));
            return 1;
        }
    }

    /** Ctrl-C ends the run and still removes the topic and the queue. */
    private static ComparisonResult stopOnInterrupt(Comparison comparison) throws Exception {
        Thread runner = Thread.currentThread();
        var hook = new Thread(
                () -> {
                    comparison.abort();
                    try {
                        runner.join(5_000);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "lab-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return comparison.run();
        } finally {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException stopping) {
                // It runs already.
            }
        }
    }

    private static void write(ComparisonResult result, Path file) throws IOException {
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), result);
    }

    /** One line a step, one a round. */
    private record Printing(PrintStream err) implements Comparison.Listener {
        @Override
        public void step(String step, double progress) {
            err.printf(Locale.ROOT, "%3.0f %%  %s%n", progress * 100, step);
        }

        @Override
        public void sample(LabSample sample) {
            // A terminal is shown whole rounds.
        }

        @Override
        public void round(RoundResult round) {
            if (round.phase() != Phase.WARM_UP) {
                err.printf(
                        Locale.ROOT,
                        "       %,.0f messages/s, p99 %.2f ms%n",
                        round.deliveredPerSecond(),
                        round.endToEndLatency().p99() / 1_000.0);
            }
        }
    }
}
