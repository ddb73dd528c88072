package dev.tandem.kafka.record;

import java.util.List;
import org.apache.kafka.common.protocol.Errors;

/** A produced batch is not accepted. Carries no stack trace: a client can cause many. */
public final class RejectedBatchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Errors error;
    private final transient List<RecordError> recordErrors;

    RejectedBatchException(Errors error, String message) {
        this(error, message, List.of());
    }

    RejectedBatchException(Errors error, String message, List<RecordError> recordErrors) {
        super(message, null, false, false);
        this.error = error;
        this.recordErrors = recordErrors;
    }

    /** What the producer is told. */
    public Errors error() {
        return error;
    }

    /** What the producer is told in words. */
    public String reason() {
        return String.valueOf(getMessage());
    }

    /** The records at fault; none when it is the batch as a whole. */
    public List<RecordError> recordErrors() {
        return recordErrors;
    }
}
