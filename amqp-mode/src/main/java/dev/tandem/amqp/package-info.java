/**
 * AMQP mode: the server and its settings.
 *
 * <p>The server may be started and stopped from any thread.
 */
@NullMarked
package dev.tandem.amqp;

import org.jspecify.annotations.NullMarked;
