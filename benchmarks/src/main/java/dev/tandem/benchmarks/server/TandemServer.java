package dev.tandem.benchmarks.server;

import dev.tandem.benchmarks.tool.Tool;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Tandem by its own command, with its default settings and those given on the command line. */
public final class TandemServer implements Server {
    private static final int KAFKA_PORT = 29092;
    private static final int AMQP_PORT = 5674;
    private static final int HTTP_PORT = 25672;

    private final ServerProcess process;
    private final Duration readyAfter;
    private final String title;
    private final String durability;

    private TandemServer(ServerProcess process, Duration readyAfter, String title, String durability) {
        this.process = process;
        this.readyAfter = readyAfter;
        this.title = title;
        this.durability = durability;
    }

    /** Starts the broker in a directory; {@code settings} are {@code key=value}. */
    public static TandemServer start(Path home, Path workDir, List<String> settings) {
        String launcher = home.resolve("tandem").toString();
        var command = new ArrayList<String>(List.of(
                launcher,
                "start",
                "--kafka-port",
                Integer.toString(KAFKA_PORT),
                "--amqp-port",
                Integer.toString(AMQP_PORT),
                "--http-port",
                Integer.toString(HTTP_PORT),
                "--data-dir",
                workDir.resolve("data").toString()));
        for (String setting : settings) {
            command.add("--set");
            command.add(setting);
        }
        ServerProcess process = ServerProcess.start(command, Map.of(), workDir, workDir.resolve("broker.log"));
        Duration readyAfter = process.awaitReady(TandemServer::isReady);
        Tool.Result version = Tool.run(List.of(launcher, "--version"), Duration.ofSeconds(30));
        return new TandemServer(
                process,
                readyAfter,
                version.exitCode() == 0 ? version.output().strip() : "Tandem",
                settings.isEmpty()
                        ? "acks=all and confirms answer after fsync (its default)"
                        : "settings " + String.join(" ", settings));
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public String durability() {
        return durability;
    }

    @Override
    public String kafkaBootstrap() {
        return "127.0.0.1:" + KAFKA_PORT;
    }

    @Override
    public String amqpUri() {
        return "amqp://guest:guest@127.0.0.1:" + AMQP_PORT;
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

    /** All three ports serve: the readiness the broker itself reports, and a connection to each. */
    private static boolean isReady() {
        return ServerProcess.accepts(HTTP_PORT)
                && reportsReady()
                && ServerProcess.accepts(KAFKA_PORT)
                && ServerProcess.accepts(AMQP_PORT);
    }

    private static boolean reportsReady() {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + HTTP_PORT + "/readyz"))
                .timeout(Duration.ofSeconds(2))
                .build();
        try {
            return HttpClient.newHttpClient()
                            .send(request, BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
