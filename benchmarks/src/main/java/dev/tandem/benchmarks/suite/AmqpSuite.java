package dev.tandem.benchmarks.suite;

import com.rabbitmq.client.ConnectionFactory;
import dev.tandem.benchmarks.server.RabbitMqServer;
import dev.tandem.benchmarks.server.Server;
import dev.tandem.benchmarks.tool.PerfTest;
import dev.tandem.benchmarks.tool.Tool;
import java.io.IOException;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** PerfTest against Tandem and RabbitMQ. */
public final class AmqpSuite {
    private static final int RUN_SECONDS = 15;
    private static final int WARMUP_SECONDS = 4;

    private static final List<String> TRANSIENT = List.of("--autoack");
    private static final List<String> PERSISTENT_500 = List.of(
            "--flag",
            "persistent",
            "--auto-delete",
            "false",
            "--confirm",
            "500",
            "--qos",
            "500",
            "--multi-ack-every",
            "50");
    private static final List<String> PERSISTENT_192 = List.of(
            "--flag",
            "persistent",
            "--auto-delete",
            "false",
            "--confirm",
            "192",
            "--qos",
            "200",
            "--multi-ack-every",
            "200");
    private static final List<String> LATENCY =
            List.of("--flag", "persistent", "--auto-delete", "false", "--confirm", "1", "--rate", "1000");

    /**
     * One producer and one consumer a process, each process with a queue of its own.
     *
     * @param peerArguments given to RabbitMQ alone
     */
    private record Work(String name, int size, int processes, List<String> arguments, List<String> peerArguments) {
        Work(String name, int size, int processes, List<String> arguments) {
            this(name, size, processes, arguments, List.of());
        }
    }

    private static final List<Work> THROUGHPUT = List.of(
            new Work("amqp transient auto-ack 100B", 100, 1, TRANSIENT),
            new Work("amqp transient auto-ack 100B, two processes", 100, 2, TRANSIENT),
            new Work("amqp transient auto-ack 16B", 16, 1, TRANSIENT),
            new Work("amqp transient auto-ack 16B, two processes", 16, 2, TRANSIENT),
            new Work("amqp transient auto-ack 1KB", 1024, 1, TRANSIENT),
            new Work("amqp transient auto-ack 1KB, two processes", 1024, 2, TRANSIENT),
            new Work("amqp persistent confirm 500 100B", 100, 1, PERSISTENT_500),
            new Work("amqp persistent confirm 500 100B, two processes", 100, 2, PERSISTENT_500),
            new Work("amqp persistent confirm 500 1KB", 1024, 1, PERSISTENT_500),
            new Work("amqp persistent confirm 500 1KB, two processes", 1024, 2, PERSISTENT_500),
            new Work(
                    "amqp persistent confirm 500 100B, peer quorum", 100, 1, PERSISTENT_500, List.of("--quorum-queue")),
            new Work(
                    "amqp persistent confirm 500 1KB, peer quorum", 1024, 1, PERSISTENT_500, List.of("--quorum-queue")),
            new Work("amqp persistent confirm 192 12B", 12, 1, PERSISTENT_192),
            new Work("amqp persistent confirm 192 12B, two processes", 12, 2, PERSISTENT_192));

    private static final Work PACED = new Work("amqp 1000 msg/s of 1KB confirm 1", 1024, 1, LATENCY);

    private final Bench bench;
    private final PerfTest perfTest;
    private int queues;

    /** The suite of an invocation. */
    public AmqpSuite(Bench bench) {
        this.bench = bench;
        this.perfTest = new PerfTest(bench.cache().classPath("perftest"));
    }

    /** Measures every wanted row. */
    public void run() {
        try (Server tandem = bench.measures(Bench.Side.TANDEM) ? bench.startTandem() : null;
                Server peer = bench.measures(Bench.Side.PEER)
                        ? RabbitMqServer.start(bench.cache(), bench.newDirectory("rabbitmq"))
                        : null) {
            bench.describe(tandem);
            bench.describe(peer);
            bench.introduce();
            for (Work work : THROUGHPUT) {
                bench.compare(
                        work.name(),
                        List.of(work.name() + ", msg/s", work.name() + ", broker CPU us/msg"),
                        () -> throughput(required(tandem), work, List.of()),
                        () -> throughput(required(peer), work, work.peerArguments()));
            }
            bench.compare(
                    PACED.name(),
                    Stream.of(
                                    "consumer p50 ms",
                                    "consumer p99 ms",
                                    "confirm p50 ms",
                                    "confirm p99 ms",
                                    "broker CPU us/msg")
                            .map(figure -> PACED.name() + ", " + figure)
                            .toList(),
                    () -> latency(required(tandem)),
                    () -> latency(required(peer)));
        }
    }

    private static Server required(@Nullable Server server) {
        return Optional.ofNullable(server).orElseThrow();
    }

    private List<Double> throughput(Server server, Work work, List<String> more) {
        Cpu cpu = Cpu.of(server);
        List<PerfTest.Result> results = drive(server, work, more);
        return List.of(
                results.stream().mapToDouble(PerfTest.Result::receivedPerSecond).sum(),
                cpu.microsPerMessage(
                        results.stream().mapToDouble(PerfTest.Result::messages).sum()));
    }

    private List<Double> latency(Server server) {
        Cpu cpu = Cpu.of(server);
        PerfTest.Result result = drive(server, PACED, List.of()).get(0);
        return List.of(
                result.consumer().p50Millis(),
                result.consumer().p99Millis(),
                result.confirm().p50Millis(),
                result.confirm().p99Millis(),
                cpu.microsPerMessage(result.messages()));
    }

    private List<PerfTest.Result> drive(Server server, Work work, List<String> more) {
        int warmupSeconds = Math.min(WARMUP_SECONDS, bench.scaled(WARMUP_SECONDS));
        int seconds = warmupSeconds + bench.scaled(RUN_SECONDS - WARMUP_SECONDS);
        var arguments = new ArrayList<String>(List.of("--size", Integer.toString(work.size())));
        arguments.addAll(work.arguments());
        arguments.addAll(more);
        var declared = new ArrayList<String>();
        var running = new ArrayList<Tool>();
        for (int process = 0; process < work.processes(); process++) {
            String queue = "bench-" + ++queues;
            declared.add(queue);
            running.add(perfTest.start(server.amqpUri(), queue, seconds, arguments));
        }
        try {
            return running.stream()
                    .map(tool -> perfTest.await(tool, seconds, warmupSeconds))
                    .toList();
        } finally {
            delete(server, declared);
        }
    }

    private static void delete(Server server, List<String> queues) {
        var factory = new ConnectionFactory();
        try {
            factory.setUri(server.amqpUri());
            try (var connection = factory.newConnection("benchmarks");
                    var channel = connection.createChannel()) {
                for (String queue : queues) {
                    channel.queueDelete(queue);
                }
            }
        } catch (IOException | TimeoutException | URISyntaxException | GeneralSecurityException e) {
            throw new IllegalStateException("cannot delete " + queues + ": " + e.getMessage(), e);
        }
    }
}
