/**
 * Memory of recently committed entries: arrays that a {@link dev.tandem.storage.buffer.ChunkPool} gives out again once
 * nobody holds them. See decision 0001.
 *
 * <p>Chunks are filled by the commit thread; {@link dev.tandem.storage.buffer.Lease} may be held and released by any.
 */
@NullMarked
package dev.tandem.storage.buffer;

import org.jspecify.annotations.NullMarked;
