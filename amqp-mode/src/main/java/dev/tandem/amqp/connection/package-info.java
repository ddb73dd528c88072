/**
 * One client connection: handshake, tuning, heartbeats, channel numbers, closing; and the ports between a connection,
 * its channels and the virtual hosts.
 *
 * <p>Everything of a connection runs on its event loop unless it says otherwise.
 */
@NullMarked
package dev.tandem.amqp.connection;

import org.jspecify.annotations.NullMarked;
