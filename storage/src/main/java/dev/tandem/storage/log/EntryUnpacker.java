package dev.tandem.storage.log;

import dev.tandem.storage.record.StoredEntry;

/** Tells the timestamps of the records that Kafka clients wrote: the engine itself does not decompress batches. */
@FunctionalInterface
public interface EntryUnpacker {

    /** Shows the visitor the records of an entry of origin Kafka, in the order of offsets, until it returns false. */
    void visit(StoredEntry entry, RecordVisitor visitor);

    /** Sees one record; returns false to end the visit. */
    @FunctionalInterface
    interface RecordVisitor {
        boolean visit(long offset, long timestampMillis);
    }
}
