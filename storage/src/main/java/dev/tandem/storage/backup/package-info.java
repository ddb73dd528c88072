/**
 * Copies of data directories that are data directories themselves: {@link dev.tandem.storage.backup.OnlineBackups} of one
 * that an engine uses, {@link dev.tandem.storage.backup.StoppedBackup} of one that nobody uses.
 *
 * <p>Each works on a thread of its own, {@code tandem-backup}.
 */
@NullMarked
package dev.tandem.storage.backup;

import org.jspecify.annotations.NullMarked;
