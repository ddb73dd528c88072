package dev.tandem.console.lab;

/**
 * When messages of one producer are meant to be sent.
 *
 * <p>Open loop: the moments do not depend on how fast earlier messages were acknowledged, so that a slow moment of the
 * broker counts against every message that had to wait for it.
 *
 * @param startNanos of the first message of the first producer
 * @param perSecond messages a second of this producer; 0 for as fast as possible
 * @param offsetNanos how much later than the first producer this one begins
 */
record Schedule(long startNanos, double perSecond, long offsetNanos) {

    /** One of several producers that share a rate, evenly shifted. */
    static Schedule of(long startNanos, long rate, int producer, int producers) {
        if (rate == 0) {
            return new Schedule(startNanos, 0, 0);
        }
        return new Schedule(startNanos, (double) rate / producers, (long) (1e9 * producer / rate));
    }

    /** Whether messages have moments of their own. */
    boolean isPaced() {
        return perSecond > 0;
    }

    /** When a message is meant to be sent. */
    long intendedNanos(long sequence) {
        return startNanos + offsetNanos + (long) (sequence * (1e9 / perSecond));
    }
}
