/**
 * A program with an older Java client, compiled and run with that version, for the integration tests.
 *
 * <p>Runs in a process of its own, on its main thread.
 */
@NullMarked
package dev.tandem.kafkaprograms.older;

import org.jspecify.annotations.NullMarked;
