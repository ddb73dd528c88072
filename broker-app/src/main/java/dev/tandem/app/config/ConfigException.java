package dev.tandem.app.config;

/** The configuration cannot be used; the message is a sentence for a person at a terminal. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }
}
