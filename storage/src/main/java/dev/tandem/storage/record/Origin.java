package dev.tandem.storage.record;

/** Which mode wrote an entry. */
public enum Origin {
    /** A batch as a Kafka producer sent it. */
    KAFKA,
    /** A batch of message records, one per published message, uncompressed. */
    AMQP
}
