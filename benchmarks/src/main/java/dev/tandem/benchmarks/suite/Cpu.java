package dev.tandem.benchmarks.suite;

import dev.tandem.benchmarks.server.Server;
import java.time.Duration;

/** Processor time a broker spends from here on. */
record Cpu(Server server, Duration before) {

    static Cpu of(Server server) {
        return new Cpu(server, server.cpu());
    }

    double microsPerMessage(double messages) {
        return server.cpu().minus(before).toNanos() / 1_000.0 / messages;
    }
}
