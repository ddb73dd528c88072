/**
 * Alarms: why the engine refuses writes for now, who hears of it, and the thread that watches the disk.
 *
 * <p>{@link dev.tandem.storage.alarm.Alarms} is safe for use from any thread; the commit thread asks it before each
 * commit, {@link dev.tandem.storage.alarm.DiskWatch} has a thread of its own.
 */
@NullMarked
package dev.tandem.storage.alarm;

import org.jspecify.annotations.NullMarked;
