/**
 * One test class per Kafka API, with the official Java client at its default settings.
 *
 * <p>Runs on the test thread.
 */
@NullMarked
package dev.tandem.it.kafka;

import org.jspecify.annotations.NullMarked;
