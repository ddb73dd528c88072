package dev.tandem.storage.producer;

/**
 * What a log remembers of an idempotent producer, in short.
 *
 * @param lastSequence sequence of its last record, -1 when no batch is remembered
 * @param lastTimestampMillis the largest timestamp of its last batch
 */
public record ActiveProducer(long producerId, short epoch, int lastSequence, long lastTimestampMillis) {}
