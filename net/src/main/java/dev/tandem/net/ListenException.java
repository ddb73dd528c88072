package dev.tandem.net;

import java.net.BindException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A port could not be bound; the message is a sentence for a person at a terminal. */
public final class ListenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private ListenException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Says which listener could not bind which address, and why. */
    public static ListenException of(String name, String host, int port, Throwable failure) {
        String reason = isPortInUse(failure)
                ? "another program listens on it; stop that program or choose another port with --" + name + "-port"
                : failure.getMessage();
        return new ListenException(
                "cannot listen for " + name + " on " + host + " port " + port + ": " + reason, failure);
    }

    /** Whether another program listens on the address. */
    public static boolean isPortInUse(@Nullable Throwable failure) {
        return failure instanceof BindException
                && String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT).contains("in use");
    }
}
