/**
 * Side-by-side runs of Tandem and its peers, entered through {@link dev.tandem.benchmarks.Main}.
 *
 * <p>Runs on the main thread; the load comes from the peers' own tools in processes of their own.
 */
@NullMarked
package dev.tandem.benchmarks;

import org.jspecify.annotations.NullMarked;
