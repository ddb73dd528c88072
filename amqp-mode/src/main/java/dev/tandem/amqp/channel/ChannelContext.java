package dev.tandem.amqp.channel;

import dev.tandem.amqp.access.AccessControl;
import dev.tandem.amqp.delivery.MessageCounters;
import dev.tandem.amqp.directreply.DirectReplies;
import dev.tandem.amqp.vhost.ServerNames;
import dev.tandem.storage.StorageEngine;
import java.time.Duration;
import java.time.InstantSource;

/**
 * What all channels share.
 *
 * @param consumerTimeout how long a delivery may stay unacknowledged where nothing else is said; zero for ever
 */
public record ChannelContext(
        StorageEngine storage,
        AccessControl access,
        MessageCounters counters,
        ServerNames names,
        InstantSource clock,
        TransactionMemory transactions,
        DirectReplies replies,
        Duration consumerTimeout) {

    /** Open transactions may hold as much as queues that are not stored. */
    public static ChannelContext of(
            StorageEngine storage,
            AccessControl access,
            MessageCounters counters,
            ServerNames names,
            InstantSource clock,
            Duration consumerTimeout) {
        var transactions =
                new TransactionMemory(storage.transientLogs().budget().limitBytes());
        return new ChannelContext(
                storage,
                access,
                counters,
                names,
                clock,
                transactions,
                new DirectReplies(names::secret),
                consumerTimeout);
    }
}
