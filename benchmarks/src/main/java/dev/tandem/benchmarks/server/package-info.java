/**
 * The brokers that are measured, each a child process: {@link dev.tandem.benchmarks.server.Server}.
 *
 * <p>Called by the main thread alone.
 */
@NullMarked
package dev.tandem.benchmarks.server;

import org.jspecify.annotations.NullMarked;
