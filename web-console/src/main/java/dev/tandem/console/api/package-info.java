/**
 * The JSON API under {@code /api/v1}: one resource class per noun, {@link dev.tandem.console.api.ConsoleApi} puts them
 * on the router. Documented in docs/http-api.md.
 *
 * <p>Resources ask the modes on the console's worker threads; only writing the answer happens on the event loop.
 */
@NullMarked
package dev.tandem.console.api;

import org.jspecify.annotations.NullMarked;
