/**
 * Ack sets: which offsets of a log one cursor has acknowledged, as a floor and chunks above it.
 *
 * <p>Changed on the commit thread only; everyone else gets an immutable {@link dev.tandem.storage.cursor.AckSetView}.
 */
@NullMarked
package dev.tandem.storage.cursor;

import org.jspecify.annotations.NullMarked;
