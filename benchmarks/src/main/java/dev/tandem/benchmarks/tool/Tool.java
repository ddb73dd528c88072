package dev.tandem.benchmarks.tool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** An external program that ends by itself, bounded in time. */
public final class Tool {
    private final List<String> command;
    private final Process process;
    private final CompletableFuture<String> output;

    private Tool(List<String> command, Process process) {
        this.command = command;
        this.process = process;
        this.output = CompletableFuture.supplyAsync(() -> readAll(process));
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "kill-" + process.pid()));
    }

    /** Starts a program. */
    public static Tool start(List<String> command) {
        try {
            return new Tool(
                    command,
                    new ProcessBuilder(command).redirectErrorStream(true).start());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command.get(0), e);
        }
    }

    /** Starts a program and waits for its end. */
    public static Result run(List<String> command, Duration limit) {
        return start(command).await(limit);
    }

    /** Waits for the end; a program that passes the limit is killed, which its exit code tells. */
    public Result await(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        return new Result(command, process.exitValue(), output.join());
    }

    private static String readAll(Process process) {
        try (var in = process.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the output of process " + process.pid(), e);
        }
    }

    /** How a program ended and all it printed. */
    public record Result(List<String> command, int exitCode, String output) {

        /** The output, when the program succeeded. */
        public String requireSuccess(String doing) {
            if (exitCode != 0) {
                throw new IllegalStateException("%s failed with exit code %d: %s%n%s"
                        .formatted(doing, exitCode, String.join(" ", command), output));
            }
            return output;
        }
    }
}
