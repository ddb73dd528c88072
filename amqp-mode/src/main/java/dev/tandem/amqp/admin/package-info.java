/**
 * What the console sees of AMQP mode: read models and actions, {@link dev.tandem.amqp.admin.AmqpAdmin}.
 *
 * <p>Answers from memory; safe for use from any thread.
 */
@NullMarked
package dev.tandem.amqp.admin;

import org.jspecify.annotations.NullMarked;
