package dev.tandem.benchmarks.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** RabbitMQ as Debian packages it, in a folder of its own, with its default settings. */
public final class RabbitMqServer implements Server {
    private static final int PORT = 5673;
    private static final int DISTRIBUTION_PORT = 25673;
    private static final int EPMD_PORT = 14369;

    private final ServerProcess process;
    private final Duration readyAfter;
    private final String version;

    private RabbitMqServer(ServerProcess process, Duration readyAfter, String version) {
        this.process = process;
        this.readyAfter = readyAfter;
        this.version = version;
    }

    /** Starts the broker on the state its last run left; the scenarios delete what they declare. */
    public static RabbitMqServer start(Cache cache, Path workDir) {
        Path installed = cache.installed("rabbitmq");
        ServerProcess process = ServerProcess.start(
                List.of(
                        cache.scripts("rabbitmq").resolve("start").toString(),
                        installed.toString(),
                        Integer.toString(PORT),
                        Integer.toString(DISTRIBUTION_PORT),
                        Integer.toString(EPMD_PORT)),
                Map.of(),
                workDir,
                workDir.resolve("broker.log"));
        Duration readyAfter = process.awaitReady(() -> ServerProcess.accepts(PORT));
        return new RabbitMqServer(process, readyAfter, version(installed));
    }

    @Override
    public String title() {
        return "RabbitMQ " + version;
    }

    @Override
    public String durability() {
        return "classic queues confirm without fsync, quorum queues after fsync (its defaults)";
    }

    @Override
    public String kafkaBootstrap() {
        throw new UnsupportedOperationException("RabbitMQ speaks no Kafka");
    }

    @Override
    public String amqpUri() {
        return "amqp://guest:guest@127.0.0.1:" + PORT;
    }

    @Override
    public Duration readyAfter() {
        return readyAfter;
    }

    @Override
    public Duration cpu() {
        return process.cpu();
    }

    @Override
    public long residentBytes() {
        return process.residentBytes();
    }

    @Override
    public void close() {
        process.close();
    }

    private static String version(Path installed) {
        try {
            return Files.readString(installed.resolve(".installed")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot tell the version of RabbitMQ", e);
        }
    }
}
