/**
 * Programs that use AMQP libraries of others as their users do, for the integration tests to run.
 *
 * <p>Each has a {@code main} and a process of its own.
 */
@NullMarked
package dev.tandem.amqpprograms;

import org.jspecify.annotations.NullMarked;
