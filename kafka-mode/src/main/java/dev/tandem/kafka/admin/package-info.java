/**
 * What the console sees of Kafka mode: read models and actions, {@link dev.tandem.kafka.admin.KafkaAdmin}.
 *
 * <p>Answers from memory; safe for use from any thread.
 */
@NullMarked
package dev.tandem.kafka.admin;

import org.jspecify.annotations.NullMarked;
