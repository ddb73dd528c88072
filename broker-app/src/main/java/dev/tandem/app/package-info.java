/**
 * The program: {@link dev.tandem.app.Main} reads the command line, {@link dev.tandem.app.Broker} starts the parts in
 * order and stops them in reverse, {@link dev.tandem.app.Tandem} embeds a broker in another program.
 *
 * <p>Starting and stopping run on the caller's thread and block it.
 */
@NullMarked
package dev.tandem.app;

import org.jspecify.annotations.NullMarked;
