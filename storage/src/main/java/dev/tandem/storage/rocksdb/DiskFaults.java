package dev.tandem.storage.rocksdb;

import java.io.IOException;
import org.rocksdb.RocksDBException;

/** What a disk does when it fails, for tests: every method stands where the real one would throw. */
interface DiskFaults {
    /** A disk that is sound. */
    DiskFaults NONE = new DiskFaults() {};

    /** A write of which nothing reaches the disk. */
    default void beforeWrite() throws RocksDBException {}

    /** A write that reaches the disk and is reported as failed. */
    default void afterWrite() throws RocksDBException {}

    /** A sync that fails. */
    default void beforeSync() throws RocksDBException {}

    /** A row that cannot be read. */
    default void beforeRead() throws RocksDBException {}

    /** The database is closed, to be opened again: the moment at which lost pages show. */
    default void beforeReopen() throws IOException {}

    /** A file that cannot be written. */
    default void beforeProbe() throws IOException {}
}
