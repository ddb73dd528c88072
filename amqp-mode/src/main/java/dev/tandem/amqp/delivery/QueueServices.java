package dev.tandem.amqp.delivery;

import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.nondurable.MemoryBudget;
import java.time.InstantSource;
import java.util.function.Consumer;

/**
 * What all queues of a broker share.
 *
 * @param commits takes commits, as the storage engine does
 * @param memory for the messages of queues that are not stored
 */
record QueueServices(Consumer<Commit> commits, MemoryBudget memory, MessageCounters counters, InstantSource clock) {}
