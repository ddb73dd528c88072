package dev.tandem.amqp.delivery;

/**
 * Where a message of a topic stands, in one number, as queues and channels know offsets: the partition's index in the upper
 * 15 bits, the offset in the lower 48.
 */
final class Position {
    private static final int OFFSET_BITS = 48;
    private static final long OFFSET_MASK = (1L << OFFSET_BITS) - 1;
    /** Partitions past it are not read. */
    static final int MAX_PARTITIONS = 1 << 15;

    private Position() {}

    static long of(int partition, long offset) {
        return (long) partition << OFFSET_BITS | offset;
    }

    static int partition(long position) {
        return (int) (position >>> OFFSET_BITS);
    }

    static long offset(long position) {
        return position & OFFSET_MASK;
    }
}
