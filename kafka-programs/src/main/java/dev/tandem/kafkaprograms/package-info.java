/**
 * Programs that use Apache Kafka's libraries as its users do, for the integration tests to run.
 *
 * <p>Each has a {@code main} and a process of its own.
 */
@NullMarked
package dev.tandem.kafkaprograms;

import org.jspecify.annotations.NullMarked;
