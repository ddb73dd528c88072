/**
 * The stored form: Kafka record batch format v2 in a small versioned envelope, and the message record that queues store
 * in it. The only home of this layout; depends on neither kafka-clients nor AMQP types.
 *
 * <p>Values and pure functions, for any thread.
 */
@NullMarked
package dev.tandem.storage.record;

import org.jspecify.annotations.NullMarked;
