package dev.tandem.kafka.record;

/** A batch unpacks to more bytes than were allowed. */
public final class UnpackLimitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnpackLimitException(long limit) {
        super("the records unpack to more than " + limit + " bytes", null, false, false);
    }
}
