/**
 * The one write path: {@link dev.tandem.storage.commit.Commit} values, grouped, applied and watermarked.
 *
 * <p>Commits are built on any thread; applied on the commit thread only; their results are delivered on the executor
 * each commit names, one task per executor and group.
 */
@NullMarked
package dev.tandem.storage.commit;

import org.jspecify.annotations.NullMarked;
