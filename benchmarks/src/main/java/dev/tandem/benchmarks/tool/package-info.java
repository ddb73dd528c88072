/**
 * The peers' own load tools, each run as a process and its output read.
 *
 * <p>Called by the main thread; a tool's output is read by a thread of its own.
 */
@NullMarked
package dev.tandem.benchmarks.tool;

import org.jspecify.annotations.NullMarked;
