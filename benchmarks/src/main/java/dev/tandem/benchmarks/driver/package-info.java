/**
 * A driver below any client library: recorded frames, sent as fast as answers come. What it measures is the broker, where a
 * client library measures itself.
 *
 * <p>A thread a connection; blocking.
 */
@NullMarked
package dev.tandem.benchmarks.driver;

import org.jspecify.annotations.NullMarked;
