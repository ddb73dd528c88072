package dev.tandem.benchmarks.server;

import java.time.Duration;

/** A running broker. */
public interface Server extends AutoCloseable {

    /** Its name and version, for the comment line. */
    String title();

    /** What its acknowledgements promise as it is configured here. */
    String durability();

    /** {@code host:port} for Kafka clients. */
    String kafkaBootstrap();

    /** An {@code amqp://} URI for AMQP clients. */
    String amqpUri();

    /** From the start of its command to the moment all it serves could be reached. */
    Duration readyAfter();

    /** Processor time (user and system) of all its processes so far. */
    Duration cpu();

    /** Resident memory of all its processes. */
    long residentBytes();

    /** Stops it within a bounded time; kills it after that. */
    @Override
    void close();
}
