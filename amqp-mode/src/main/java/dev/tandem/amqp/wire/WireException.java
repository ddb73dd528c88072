package dev.tandem.amqp.wire;

/** Bytes that are no AMQP; the connection turns it into the reply code of the same name. */
public final class WireException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong, named as the reply code that says so. */
    public enum Kind {
        FRAME_ERROR,
        SYNTAX_ERROR,
        UNEXPECTED_FRAME,
        RESOURCE_ERROR,
        NOT_IMPLEMENTED
    }

    private final Kind kind;
    private final String explanation;
    private final int classId;
    private final int methodId;

    /** Without a stack trace: the fault is the peer's, and a peer may cause many. */
    public WireException(Kind kind, String explanation) {
        this(kind, explanation, 0, 0);
    }

    /** As above, of a known method. */
    public WireException(Kind kind, String explanation, int classId, int methodId) {
        super(explanation, null, false, false);
        this.kind = kind;
        this.explanation = explanation;
        this.classId = classId;
        this.methodId = methodId;
    }

    public Kind kind() {
        return kind;
    }

    /** The message. */
    public String explanation() {
        return explanation;
    }

    /** Class of the method at fault, 0 if none. */
    public int classId() {
        return classId;
    }

    /** The method at fault, 0 if none. */
    public int methodId() {
        return methodId;
    }
}
