/**
 * What is measured: one class per suite, one {@link dev.tandem.benchmarks.suite.Scenario} per kind of work.
 *
 * <p>Called by the main thread alone.
 */
@NullMarked
package dev.tandem.benchmarks.suite;

import org.jspecify.annotations.NullMarked;
