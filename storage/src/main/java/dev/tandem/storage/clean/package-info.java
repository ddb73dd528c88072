/**
 * Background work over the stored data, in passes: retention, compaction and whatever gives space back. The
 * {@link dev.tandem.storage.clean.Cleaner} runs them.
 *
 * <p>Passes run on the thread {@code tandem-cleaner}, one after another. They read, and change state by commits like
 * everybody else; they wait for results there, and nobody waits for them.
 */
@NullMarked
package dev.tandem.storage.clean;

import org.jspecify.annotations.NullMarked;
