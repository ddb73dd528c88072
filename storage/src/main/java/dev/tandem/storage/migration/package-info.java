/**
 * Bringing a data directory of an older schema version to this one's: one class per step, run by
 * {@link dev.tandem.storage.migration.Migrations} when the engine opens a directory, before anything else is read.
 *
 * <p>For the thread that opens the engine; blocks.
 */
@NullMarked
package dev.tandem.storage.migration;

import org.jspecify.annotations.NullMarked;
