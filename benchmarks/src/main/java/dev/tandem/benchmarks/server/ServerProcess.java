package dev.tandem.benchmarks.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** The process of a broker, with all that it started. */
final class ServerProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final long POLL_NANOS = 2_000_000;

    private final Process process;
    private final Path log;
    private final long startedNanos;

    private ServerProcess(Process process, Path log, long startedNanos) {
        this.process = process;
        this.log = log;
        this.startedNanos = startedNanos;
        // Whatever happens to this program, no broker outlives it.
        Runtime.getRuntime().addShutdownHook(new Thread(this::kill, "kill-" + process.pid()));
    }

    static ServerProcess start(List<String> command, Map<String, String> environment, Path workDir, Path log) {
        try {
            Files.createDirectories(workDir);
            var builder = new ProcessBuilder(command)
                    .directory(workDir.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment().putAll(environment);
            long startedNanos = System.nanoTime();
            return new ServerProcess(builder.start(), log, startedNanos);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command.get(0), e);
        }
    }

    /** Waits until the check holds and tells how long after the start that was. */
    Duration awaitReady(BooleanSupplier ready) {
        while (!ready.getAsBoolean()) {
            long elapsed = System.nanoTime() - startedNanos;
            if (!process.isAlive() || elapsed > START_LIMIT.toNanos()) {
                close();
                throw new IllegalStateException("the broker "
                        + (elapsed > START_LIMIT.toNanos()
                                ? "is not ready after " + START_LIMIT.toSeconds() + " s"
                                : "ended while starting")
                        + "; its output: " + tail());
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }

    Duration cpu() {
        return processes()
                .map(handle -> handle.info().totalCpuDuration().orElse(Duration.ZERO))
                .reduce(Duration.ZERO, Duration::plus);
    }

    long residentBytes() {
        return processes().mapToLong(handle -> residentBytes(handle.pid())).sum();
    }

    static boolean accepts(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 200);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void close() {
        // The launcher may be a wrapper: asking its leaves first lets the broker itself close its files.
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
                process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }

    private void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private Stream<ProcessHandle> processes() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants());
    }

    private static long residentBytes(long pid) {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .sum();
        } catch (IOException gone) {
            return 0;
        }
    }

    private String tail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join(System.lineSeparator(), lines.subList(Math.max(0, lines.size() - 20), lines.size()));
        } catch (IOException e) {
            return "unreadable: " + e.getMessage();
        }
    }
}
