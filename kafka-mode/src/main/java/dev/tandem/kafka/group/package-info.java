/**
 * Apache Kafka's own group coordinator, embedded: {@link dev.tandem.kafka.group.GroupCoordinatorAdapter} gives it
 * storage, topic metadata and a life.
 *
 * <p>The coordinator's threads call the writer; results of commits arrive on one thread of ours, news of topics are told
 * on another; loads run on the engine's reader pool. Nothing here runs on an event loop except handing a request to the coordinator, which enqueues
 * it.
 */
@NullMarked
package dev.tandem.kafka.group;

import org.jspecify.annotations.NullMarked;
