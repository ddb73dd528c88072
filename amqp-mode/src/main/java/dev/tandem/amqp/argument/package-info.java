/**
 * The {@code x-} arguments of declarations and consumers: which are known, which are refused, how two sets compare.
 *
 * <p>Pure functions, for any thread.
 */
@NullMarked
package dev.tandem.amqp.argument;

import org.jspecify.annotations.NullMarked;
