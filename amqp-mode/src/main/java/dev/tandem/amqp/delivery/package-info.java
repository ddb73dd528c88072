/**
 * Queues and their consumers: {@link dev.tandem.amqp.delivery.MessageQueue} delivers from a
 * {@link dev.tandem.amqp.delivery.QueueLog}, a channel keeps what is unacknowledged in an
 * {@link dev.tandem.amqp.delivery.UnackedLedger}.
 *
 * <p>Each queue has one owner, an event loop; everything about it happens there. Each ledger belongs to its channel's
 * event loop. The two talk in batches, at most one task a turn.
 */
@NullMarked
package dev.tandem.amqp.delivery;

import org.jspecify.annotations.NullMarked;
