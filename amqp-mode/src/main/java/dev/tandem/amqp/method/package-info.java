/**
 * One record per AMQP 0-9-1 method, grouped by class, with its reader and writer; entry {@link
 * dev.tandem.amqp.method.MethodCodec}.
 *
 * <p>Values: safe for use from any thread. Readers and writers belong to the connection's event loop.
 */
@NullMarked
package dev.tandem.amqp.method;

import org.jspecify.annotations.NullMarked;
