package dev.tandem.amqp.delivery;

/**
 * Which ack set of which log.
 *
 * @param cursorId 0 for the one of the queue that has the log to itself
 */
record CursorAddress(long logId, int cursorId) {

    /** The cursor of a private queue. */
    static CursorAddress ofPrivate(long logId) {
        return new CursorAddress(logId, 0);
    }
}
