package dev.tandem.app;

/** The broker could not start; the message is a sentence for a person at a terminal. */
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
