/**
 * Direct reply-to (RabbitMQ, "Direct Reply-to"): answers go straight to the channel that asked, through no queue.
 * {@link dev.tandem.amqp.directreply.DirectReplies} knows the channels by the names that stand for them.
 *
 * <p>Any thread may deliver; a channel is reached on its own event loop.
 */
@NullMarked
package dev.tandem.amqp.directreply;

import org.jspecify.annotations.NullMarked;
