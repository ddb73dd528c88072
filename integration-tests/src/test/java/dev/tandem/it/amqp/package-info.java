/**
 * One test class per AMQP class, with the official Java client.
 *
 * <p>Runs on the test thread.
 */
@NullMarked
package dev.tandem.it.amqp;

import org.jspecify.annotations.NullMarked;
