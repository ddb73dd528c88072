/**
 * The command line: one class per command of {@code ./tandem}, and {@link dev.tandem.app.cli.CommandLineErrors} that
 * turns what goes wrong into sentences.
 *
 * <p>Main thread only.
 */
@NullMarked
package dev.tandem.app.cli;

import org.jspecify.annotations.NullMarked;
