package dev.tandem.storage.schema;

import java.util.List;

/** The column families, each with the number and name it is stored under; numbers are never used again. */
public enum ColumnFamily {
    /** What concerns the directory as a whole: schema version, applied index, counters. RocksDB's own default family. */
    META(0, "default"),
    /** The logs' records: envelope and batches. */
    RECORDS(1, "records"),
    /** Per log a head row and a directory of segments. */
    LOGS(2, "logs"),
    /** Ack sets. */
    CURSORS(3, "cursors"),
    /** Definitions. */
    CATALOG(4, "catalog"),
    /** The group coordinator's records. */
    GROUPS(5, "groups"),
    /** Idempotent producers. */
    PRODUCERS(6, "producers"),
    /** Spilled messages of non-durable queues; dropped on open. */
    TRANSIENT(7, "transient"),
    /** Bodies that several queues share, and who refers to them. */
    BODIES(8, "bodies");

    private static final List<ColumnFamily> FAMILIES = List.of(values());

    private final int number;
    private final String storedName;

    ColumnFamily(int number, String storedName) {
        this.number = number;
        this.storedName = storedName;
    }

    public int number() {
        return number;
    }

    /** The family stored under a number. */
    public static ColumnFamily ofNumber(int number) {
        for (ColumnFamily family : FAMILIES) {
            if (family.number == number) {
                return family;
            }
        }
        throw new IllegalArgumentException("no column family has the number " + number);
    }

    /** The family's name in RocksDB. */
    public String storedName() {
        return storedName;
    }
}
