/**
 * Live figures: {@link dev.tandem.console.live.Sampler} looks at both modes and the engine once a second, {@link
 * dev.tandem.console.live.LiveStreams} sends what it saw to open pages as server-sent events.
 *
 * <p>Sampling runs on the console's worker threads, one sample at a time; streams write on their connection's event
 * loop.
 */
@NullMarked
package dev.tandem.console.live;

import org.jspecify.annotations.NullMarked;
