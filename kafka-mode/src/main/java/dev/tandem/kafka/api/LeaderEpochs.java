package dev.tandem.kafka.api;

import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.RecordBatch;

/** Compares the leader epoch that a client believes in with the broker's (KIP-320). */
final class LeaderEpochs {
    private LeaderEpochs() {}

    /** What a client is told that believes in an epoch; -1 when it says nothing about it. */
    static Errors check(int believed, int current) {
        if (believed == RecordBatch.NO_PARTITION_LEADER_EPOCH || believed == current) {
            return Errors.NONE;
        }
        return believed < current ? Errors.FENCED_LEADER_EPOCH : Errors.UNKNOWN_LEADER_EPOCH;
    }
}
