/**
 * Configs as Kafka's tools see and change them: of topics, groups and the broker.
 *
 * <p>{@link dev.tandem.kafka.config.ConfigResources} is the entry; values are checked by Kafka's own definitions. Safe for
 * use from any thread.
 */
@NullMarked
package dev.tandem.kafka.config;

import org.jspecify.annotations.NullMarked;
