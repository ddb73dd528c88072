package dev.tandem.kafka.api;

import java.util.Map;

/** The features of a cluster (KIP-584) and the levels at which they are: what is built, no more and no less. */
final class Features {
    /**
     * By name. Groups of KIP-848 are served; transactions and share groups are not, so that clients use neither the second
     * version of the transaction protocol nor share consumers.
     */
    static final Map<String, Short> LEVELS =
            Map.of("group.version", (short) 1, "transaction.version", (short) 0, "share.version", (short) 0);

    private Features() {}
}
