/**
 * Frames in and out: {@link dev.tandem.kafka.wire.KafkaConnection} reads requests within bounds, starts them in order
 * and writes their answers in order.
 *
 * <p>Everything here runs on the connection's event loop, {@link dev.tandem.kafka.wire.ConnectionTable} excepted.
 */
@NullMarked
package dev.tandem.kafka.wire;

import org.jspecify.annotations.NullMarked;
