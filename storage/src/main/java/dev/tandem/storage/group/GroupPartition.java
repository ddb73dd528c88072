package dev.tandem.storage.group;

import dev.tandem.storage.record.Slice;
import java.util.List;

/**
 * What is stored of one coordinator partition.
 *
 * @param nextOffset the head: the offset the next record gets; 0 for a partition never written
 * @param committed in key order
 * @param pending in record offset order
 */
public record GroupPartition(long nextOffset, List<Committed> committed, List<Pending> pending) {

    /** The newest committed value of a key. */
    public record Committed(long recordOffset, Slice key, Slice value) {}

    /** A value whose transaction is open; {@code record.value()} null is a pending deletion. */
    public record Pending(long recordOffset, long producerId, short producerEpoch, GroupRecord record) {}
}
