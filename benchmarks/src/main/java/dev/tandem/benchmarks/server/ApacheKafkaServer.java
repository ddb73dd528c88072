package dev.tandem.benchmarks.server;

import dev.tandem.benchmarks.tool.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Apache Kafka as one KRaft node in combined mode.
 *
 * <p>Heap and collector are those of its own start script; everything a single node does not force is its default, so
 * acks=all means one replica's page cache.
 */
public final class ApacheKafkaServer implements Server {
    private static final int BROKER_PORT = 19092;
    private static final int CONTROLLER_PORT = 19093;

    private final ServerProcess process;
    private final Duration readyAfter;
    private final String version;

    private ApacheKafkaServer(ServerProcess process, Duration readyAfter, String version) {
        this.process = process;
        this.readyAfter = readyAfter;
        this.version = version;
    }

    /** Formats a new directory and starts the broker in it. */
    public static ApacheKafkaServer start(Cache cache, Path workDir) {
        String classPath = cache.classPath("kafka");
        Path properties = writeProperties(workDir);
        String clusterId = "tandem-benchmarks-clus";
        Tool.run(
                        List.of(
                                "java",
                                "-cp",
                                classPath,
                                "kafka.tools.StorageTool",
                                "format",
                                "-t",
                                clusterId,
                                "-c",
                                properties.toString()),
                        Duration.ofSeconds(60))
                .requireSuccess("formatting the directory of Apache Kafka");
        ServerProcess process = ServerProcess.start(
                List.of(
                        "java",
                        "-Xmx1G",
                        "-Xms1G",
                        "-server",
                        "-XX:+UseG1GC",
                        "-XX:MaxGCPauseMillis=20",
                        "-XX:InitiatingHeapOccupancyPercent=35",
                        "-XX:+ExplicitGCInvokesConcurrent",
                        "-Djava.awt.headless=true",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-cp",
                        classPath,
                        "kafka.Kafka",
                        properties.toString()),
                Map.of(),
                workDir,
                workDir.resolve("broker.log"));
        Duration readyAfter = process.awaitReady(() -> ServerProcess.accepts(BROKER_PORT));
        return new ApacheKafkaServer(process, readyAfter, version(cache.installed("kafka")));
    }

    @Override
    public String title() {
        return "Apache Kafka " + version;
    }

    @Override
    public String durability() {
        return "acks=all answers from the page cache, no fsync (its default)";
    }

    @Override
    public String kafkaBootstrap() {
        return "127.0.0.1:" + BROKER_PORT;
    }

    @Override
    public String amqpUri() {
        throw new UnsupportedOperationException("Apache Kafka speaks no AMQP");
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

    private static Path writeProperties(Path workDir) {
        Path file = workDir.resolve("server.properties");
        try {
            Files.createDirectories(workDir);
            return Files.writeString(file, """
                    process.roles=broker,controller
                    node.id=1
                    controller.quorum.voters=1@127.0.0.1:%2$d
                    listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
                    advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
                    controller.listener.names=CONTROLLER
                    listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
                    inter.broker.listener.name=PLAINTEXT
                    log.dirs=%3$s
                    offsets.topic.replication.factor=1
                    transaction.state.log.replication.factor=1
                    transaction.state.log.min.isr=1
                    share.coordinator.state.topic.replication.factor=1
                    share.coordinator.state.topic.min.isr=1
                    """.formatted(BROKER_PORT, CONTROLLER_PORT, workDir.resolve("data")));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    private static String version(Path jars) {
        try (var files = Files.list(jars)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("kafka_2.13-"))
                    .map(name -> name.substring("kafka_2.13-".length(), name.length() - ".jar".length()))
                    .findFirst()
                    .orElse("of unknown version");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + jars, e);
        }
    }
}
