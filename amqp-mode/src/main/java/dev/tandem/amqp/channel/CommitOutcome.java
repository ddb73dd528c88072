package dev.tandem.amqp.channel;

/** What became of a transaction. */
enum CommitOutcome {
    /** All of it happened. */
    STORED,
    /** All but messages that a full queue rejected: what was acknowledged is. */
    PARTLY_REJECTED,
    /** Nothing that concerns a durable queue happened. */
    FAILED
}
