/**
 * Work that the storage suite measures: each class does one kind of it with the engine and with RocksDB alone.
 *
 * <p>Called by {@link dev.tandem.benchmarks.suite.StorageSuite} on the main thread; a run starts and ends its own threads.
 */
@NullMarked
package dev.tandem.benchmarks.storage;

import org.jspecify.annotations.NullMarked;
