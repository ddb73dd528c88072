/**
 * Who may call the console and what a browser may do with its answers: {@link dev.tandem.console.guard.Guards} puts
 * the checks before every route.
 *
 * <p>Runs on the connection's event loop; nothing here blocks.
 */
@NullMarked
package dev.tandem.console.guard;

import org.jspecify.annotations.NullMarked;
