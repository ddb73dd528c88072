/**
 * What becomes of the properties of a message that is dead-lettered (RabbitMQ, "Dead Letter Exchanges"): the history in
 * {@code x-death}, kept by {@link dev.tandem.amqp.deadletter.DeathHistory}, and the headers around it.
 *
 * <p>Values and pure functions, for any thread.
 */
@NullMarked
package dev.tandem.amqp.deadletter;

import org.jspecify.annotations.NullMarked;
