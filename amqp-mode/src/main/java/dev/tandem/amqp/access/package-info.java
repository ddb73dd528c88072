/**
 * Users and what they may do: {@link dev.tandem.amqp.access.AccessControl} answers questions from the catalog,
 * {@link dev.tandem.amqp.access.AccessChanges} changes it, {@link dev.tandem.amqp.access.ChannelAccess} remembers for a channel
 * what its user was allowed.
 *
 * <p>Safe for use from any thread unless a class says otherwise; nothing here touches RocksDB.
 */
@NullMarked
package dev.tandem.amqp.access;

import org.jspecify.annotations.NullMarked;
