/**
 * Frames, field tables and content as AMQP 0-9-1 §4.2 lays them out; nothing here knows what they mean.
 *
 * <p>Values are safe for use from any thread; the codec belongs to the connection's event loop.
 */
@NullMarked
package dev.tandem.amqp.wire;

import org.jspecify.annotations.NullMarked;
