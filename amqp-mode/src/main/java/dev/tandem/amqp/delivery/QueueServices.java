package dev.tandem.amqp.delivery;

import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.record.Slice;
import java.time.InstantSource;
import java.util.function.Consumer;

/**
 * What all queues of a broker share.
 *
 * @param commits takes commits, as the storage engine does
 * @param memory counts records in that a queue that is not stored is about to get
 */
record QueueServices(Consumer<Commit> commits, Consumer<Slice> memory, MessageCounters counters, InstantSource clock) {}
