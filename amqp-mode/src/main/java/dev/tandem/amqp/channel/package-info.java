/**
 * Channels: {@link dev.tandem.amqp.channel.Channel} hands each method to the handler of its class, in order, one at a
 * time.
 *
 * <p>Everything of a channel runs on its connection's event loop.
 */
@NullMarked
package dev.tandem.amqp.channel;

import org.jspecify.annotations.NullMarked;
