/**
 * The storage engine's public face: {@link dev.tandem.storage.StorageEngine} opens one data directory and gives
 * logs, ack sets, definitions, group records and the single commit path over one RocksDB.
 *
 * <p>Knows neither protocol. Called by the protocol modes from their event loops and from the reader pool; methods
 * that may touch RocksDB say so and must not be called on an event loop.
 */
@NullMarked
package dev.tandem.storage;

import org.jspecify.annotations.NullMarked;
