/**
 * Definitions as plain records: topics, vhosts, exchanges, queues, bindings, users, permissions,
 * configs. What they mean lives in the
 * modes.
 *
 * <p>{@link dev.tandem.storage.catalog.Catalog} is held in memory and safe to read from any thread; only the commit
 * thread changes it.
 */
@NullMarked
package dev.tandem.storage.catalog;

import org.jspecify.annotations.NullMarked;
