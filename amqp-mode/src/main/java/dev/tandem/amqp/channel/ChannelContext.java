package dev.tandem.amqp.channel;

import dev.tandem.amqp.delivery.MessageCounters;
import dev.tandem.amqp.vhost.ServerNames;
import dev.tandem.storage.StorageEngine;
import java.time.InstantSource;

/** What all channels share. */
public record ChannelContext(StorageEngine storage, MessageCounters counters, ServerNames names, InstantSource clock) {}
