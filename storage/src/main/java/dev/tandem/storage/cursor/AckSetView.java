package dev.tandem.storage.cursor;

/** A snapshot of an ack set. Never changes; for any thread. */
public interface AckSetView {

    /** Every offset below it is acknowledged. */
    long floor();

    /** Whether an offset is acknowledged. */
    boolean contains(long offset);

    /** Acknowledged offsets at or above the floor. */
    long cardinalityAboveFloor();

    /** The first offset at or after {@code offset} that is not acknowledged. */
    long nextUnacknowledged(long offset);

    /** The first acknowledged offset at or after {@code offset}; {@link Long#MAX_VALUE} when there is none. */
    long nextAcknowledged(long offset);

    /** How many offsets from {@code firstOffset} up to, not including, {@code endOffset} are acknowledged. */
    long acknowledgedBetween(long firstOffset, long endOffset);

    /** One past the highest acknowledged offset; the floor when none is above it. */
    long end();

    /**
     * Messages below this offset were delivered before (or may have been: after an unclean stop it is
     * {@link Long#MAX_VALUE}).
     */
    long deliveredEnd();

    /** How often the message at an offset was delivered and came back; 0 once it is acknowledged. */
    int deliveryCount(long offset);

    /** All delivery counts, for the caller to keep and change. */
    DeliveryCounts deliveryCounts();
}
