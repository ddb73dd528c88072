/**
 * The console's server: {@link dev.tandem.console.ConsoleServer} binds the http port and puts guards, pages, the JSON
 * API, live streams and metrics on it.
 *
 * <p>Routes run on the event loop of their connection; whatever asks the modes or the engine runs on the console's own
 * worker threads, so that a slow answer never delays a protocol's event loop.
 */
@NullMarked
package dev.tandem.console;

import org.jspecify.annotations.NullMarked;
