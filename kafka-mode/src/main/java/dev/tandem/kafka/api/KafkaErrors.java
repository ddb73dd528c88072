package dev.tandem.kafka.api;

import dev.tandem.storage.StorageException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.protocol.Errors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a failure is called in the Kafka protocol: the one place where the engine's refusals get Kafka's codes. */
public final class KafkaErrors {
    private static final Logger LOGGER = LoggerFactory.getLogger(KafkaErrors.class);

    private KafkaErrors() {}

    /** The error code for a failure. A failure that nobody foresaw is logged. */
    public static Errors of(Throwable failure) {
        Throwable cause = unwrap(failure);
        if (cause instanceof StorageException.NotFound) {
            return Errors.UNKNOWN_TOPIC_OR_PARTITION;
        }
        if (cause instanceof StorageException.AlreadyExists) {
            return Errors.TOPIC_ALREADY_EXISTS;
        }
        if (cause instanceof StorageException.PreconditionFailed refused) {
            return switch (refused.reason()) {
                case OUT_OF_ORDER_SEQUENCE -> Errors.OUT_OF_ORDER_SEQUENCE_NUMBER;
                case PRODUCER_FENCED -> Errors.INVALID_PRODUCER_EPOCH;
                // Queues alone share bodies; no Kafka request does.
                case SHARED_BODY -> Errors.KAFKA_STORAGE_ERROR;
                // Only the engine itself rewrites.
                case RANGE_MOVED -> Errors.UNKNOWN_SERVER_ERROR;
            };
        }
        if (cause instanceof StorageException.CorruptData) {
            // Not retriable: asking again would read the same bytes.
            return Errors.CORRUPT_MESSAGE;
        }
        if (cause instanceof StorageException) {
            return Errors.KAFKA_STORAGE_ERROR;
        }
        if (cause instanceof ApiException) {
            return Errors.forException(cause);
        }
        LOGGER.error("a Kafka request failed unexpectedly", cause);
        return Errors.UNKNOWN_SERVER_ERROR;
    }

    /** The failure as the exception that {@link #of} names, keeping its message. */
    public static ApiException exception(Throwable failure) {
        Throwable cause = unwrap(failure);
        if (cause instanceof ApiException already) {
            return already;
        }
        Errors error = of(cause);
        return error == Errors.UNKNOWN_SERVER_ERROR ? error.exception() : error.exception(cause.getMessage());
    }

    /** A failure without the wrappers that futures put around it. */
    public static Throwable unwrap(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
