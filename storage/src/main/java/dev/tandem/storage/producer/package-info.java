/**
 * Idempotent producers: the window of five batches per log and producer, evaluated in apply.
 *
 * <p>Commit thread only.
 */
@NullMarked
package dev.tandem.storage.producer;

import org.jspecify.annotations.NullMarked;
