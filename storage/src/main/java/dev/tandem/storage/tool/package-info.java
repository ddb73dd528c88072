/**
 * Looking into a data directory that no broker uses, or into a backup: {@link dev.tandem.storage.tool.Inspection}.
 *
 * <p>For one thread; blocks.
 */
@NullMarked
package dev.tandem.storage.tool;

import org.jspecify.annotations.NullMarked;
