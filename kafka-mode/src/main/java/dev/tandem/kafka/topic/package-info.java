/**
 * Topics as Kafka mode sees them: {@link dev.tandem.kafka.topic.TopicTable} answers from memory,
 * {@link dev.tandem.kafka.topic.TopicChanges} creates and deletes.
 *
 * <p>Safe for use from any thread; nothing here blocks.
 */
@NullMarked
package dev.tandem.kafka.topic;

import org.jspecify.annotations.NullMarked;
