/**
 * The disk format: {@link dev.tandem.storage.schema.ColumnFamily} numbers and {@link dev.tandem.storage.schema.StorageSchema}
 * with every key and value layout. The only place that knows bytes of keys.
 *
 * <p>Pure functions, for any thread.
 */
@NullMarked
package dev.tandem.storage.schema;

import org.jspecify.annotations.NullMarked;
