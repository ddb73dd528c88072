/**
 * Non-durable logs: messages that live in memory, spill to disk past a budget, and are gone when the engine closes. A
 * {@link dev.tandem.storage.nondurable.TransientLog} is made by {@link dev.tandem.storage.nondurable.TransientLogs}
 * without a commit and without touching RocksDB.
 *
 * <p>Each log belongs to one thread, its owner; only that thread touches its chunks. Chunks are written by the thread
 * {@code tandem-spill} and read back by the reader pool, which both hand their results to the owner.
 */
@NullMarked
package dev.tandem.storage.nondurable;

import org.jspecify.annotations.NullMarked;
