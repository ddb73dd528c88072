package dev.tandem.benchmarks.suite;

import dev.tandem.benchmarks.server.ApacheKafkaServer;
import dev.tandem.benchmarks.server.RabbitMqServer;
import dev.tandem.benchmarks.server.Server;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** What a broker costs that does nothing: the time until it serves, and resident memory once it is idle. */
public final class FootprintSuite {
    private static final int IDLE_SECONDS = 10;

    private final Bench bench;

    /** The suite of an invocation. */
    public FootprintSuite(Bench bench) {
        this.bench = bench;
    }

    /** Measures every wanted row. */
    public void run() {
        bench.introduce();
        bench.comment("Tandem is ready when all three ports serve; Apache Kafka and RabbitMQ when their port accepts");
        bench.comment("every start is on a new directory, but for RabbitMQ, which keeps its own");
        compare("Apache Kafka", () -> ApacheKafkaServer.start(bench.cache(), bench.newDirectory("kafka")));
        compare("RabbitMQ", () -> RabbitMqServer.start(bench.cache(), bench.newDirectory("rabbitmq")));
    }

    private void compare(String peer, Supplier<Server> startPeer) {
        bench.compare(
                "footprint " + peer,
                List.of("start to ready, peer " + peer + ", s", "idle RSS, peer " + peer + ", MB"),
                () -> measure(bench::startTandem),
                () -> measure(startPeer));
    }

    private List<Double> measure(Supplier<? extends Server> start) {
        try (Server server = start.get()) {
            bench.describe(server);
            // Idle memory is a matter of time: collectors give pages back, caches of the start go away.
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(bench.scaled(IDLE_SECONDS)));
            return List.of(server.readyAfter().toMillis() / 1000.0, server.residentBytes() / 1e6);
        }
    }
}
