/**
 * Virtual hosts: {@link dev.tandem.amqp.vhost.VirtualHost} holds exchanges, queues and bindings,
 * {@link dev.tandem.amqp.vhost.VirtualHosts} starts and stops them.
 *
 * <p>Definitions change on one event loop, the virtual host's; they may be looked up on any thread.
 */
@NullMarked
package dev.tandem.amqp.vhost;

import org.jspecify.annotations.NullMarked;
