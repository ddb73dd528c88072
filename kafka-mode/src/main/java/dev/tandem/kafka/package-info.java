/**
 * Kafka mode: {@link dev.tandem.kafka.KafkaServer} speaks the Kafka wire protocol over the storage engine.
 *
 * <p>The server is started and stopped from any thread; everything beneath it runs on event loops.
 */
@NullMarked
package dev.tandem.kafka;

import org.jspecify.annotations.NullMarked;
