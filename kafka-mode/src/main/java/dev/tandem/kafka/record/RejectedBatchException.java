package dev.tandem.kafka.record;

import org.apache.kafka.common.protocol.Errors;

/** A produced batch is not accepted. Carries no stack trace: a client can cause many. */
public final class RejectedBatchException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int WHOLE_BATCH = -1;

    private final Errors error;
    private final int recordIndex;

    RejectedBatchException(Errors error, String message) {
        this(error, message, WHOLE_BATCH);
    }

    RejectedBatchException(Errors error, String message, int recordIndex) {
        super(message, null, false, false);
        this.error = error;
        this.recordIndex = recordIndex;
    }

    /** What the producer is told. */
    public Errors error() {
        return error;
    }

    /** What the producer is told in words. */
    public String reason() {
        return String.valueOf(getMessage());
    }

    /** The record at fault, counted from 0 in its batch; -1 when it is the batch as a whole. */
    public int recordIndex() {
        return recordIndex;
    }
}
