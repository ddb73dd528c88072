package dev.tandem.storage.record;

/** Opens record batches that Kafka clients wrote: the engine itself neither unpacks nor decompresses. For any thread. */
@FunctionalInterface
public interface RecordUnpacker {

    /** Shows the visitor the records of batches, in the order of offsets, until it returns false; control batches not. */
    void visit(Slice batches, RecordVisitor visitor);

    /** Sees one record; returns false to end the visit. */
    @FunctionalInterface
    interface RecordVisitor {
        boolean visit(UnpackedRecord unpacked);
    }
}
