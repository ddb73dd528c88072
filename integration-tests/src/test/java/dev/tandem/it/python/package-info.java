/**
 * The seed programs and other small Python clients, run unmodified.
 *
 * <p>Runs on the test thread; each program is a process of its own.
 */
@NullMarked
package dev.tandem.it.python;

import org.jspecify.annotations.NullMarked;
