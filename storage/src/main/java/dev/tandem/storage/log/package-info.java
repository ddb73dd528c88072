/**
 * Append-only logs with offsets: reading, watermarks, the tail cache, the directory of segments, lookup by time, trimming.
 *
 * <p>A {@link dev.tandem.storage.log.Log} is safe for use from any thread; only the commit thread changes it.
 */
@NullMarked
package dev.tandem.storage.log;

import org.jspecify.annotations.NullMarked;
