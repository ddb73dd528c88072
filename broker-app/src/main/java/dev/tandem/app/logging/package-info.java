/**
 * Log output of the program, set up in code: reading a configuration file would cost start-up time. Embedded brokers do
 * not touch the logging of the program around them.
 *
 * <p>Called once, by the main thread.
 */
@NullMarked
package dev.tandem.app.logging;

import org.jspecify.annotations.NullMarked;
