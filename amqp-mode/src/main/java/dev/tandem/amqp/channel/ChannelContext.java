package dev.tandem.amqp.channel;

import dev.tandem.amqp.directreply.DirectReplies;
import dev.tandem.amqp.delivery.MessageCounters;
import dev.tandem.amqp.vhost.ServerNames;
import dev.tandem.storage.StorageEngine;
import java.time.InstantSource;

/** What all channels share. */
public record ChannelContext(
        StorageEngine storage,
        MessageCounters counters,
        ServerNames names,
        InstantSource clock,
        TransactionMemory transactions,
        DirectReplies replies) {

    /** Open transactions may hold as much as queues that are not stored. */
    public static ChannelContext of(
            StorageEngine storage, MessageCounters counters, ServerNames names, InstantSource clock) {
        var transactions =
                new TransactionMemory(storage.transientLogs().budget().limitBytes());
        return new ChannelContext(
                storage, counters, names, clock, transactions, new DirectReplies(names::secret));
    }
}
