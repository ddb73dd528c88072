package dev.tandem.console.api;

/** A request that is answered with a status and a sentence. */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    /** The sentence is shown to the person who asked. */
    public ApiException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** The http status. */
    public int status() {
        return status;
    }
}
