package dev.tandem.amqp.wire;

/** Bytes that are no AMQP; the connection turns it into the reply code of the same name. */
public final class WireException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong, named as the reply code that says so. */
    public enum Kind {
        FRAME_ERROR,
        SYNTAX_ERROR,
        UNEXPECTED_FRAME,
        NOT_IMPLEMENTED
    }

    private final Kind kind;
    private final String explanation;

    /** Without a stack trace: the fault is the peer's, and a peer may cause many. */
    public WireException(Kind kind, String explanation) {
        super(explanation, null, false, false);
        this.kind = kind;
        this.explanation = explanation;
    }

    public Kind kind() {
        return kind;
    }

    /** The message. */
    public String explanation() {
        return explanation;
    }
}
