/**
 * Pages and scripts: {@link dev.tandem.console.asset.Assets} serves them from the class path.
 *
 * <p>A file is read on a worker thread once and then answered from memory on the event loop.
 */
@NullMarked
package dev.tandem.console.asset;

import org.jspecify.annotations.NullMarked;
