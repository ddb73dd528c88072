package dev.tandem.amqp.connection;

import dev.tandem.amqp.method.Method;
import java.nio.charset.StandardCharsets;

/** An error that closes the channel or the connection, as its {@link ReplyCode} says. */
public final class AmqpException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int MAX_TEXT_BYTES = 255;

    private final ReplyCode code;
    private final String explanation;
    private final int classId;
    private final int methodId;

    /**
     * An error. Without a stack trace: the fault is the client's, and a client may cause many.
     *
     * @param explanation what is wrong with what, without the code's name
     * @param classId class of the method at fault, 0 if none
     * @param methodId the method at fault, 0 if none
     */
    public AmqpException(ReplyCode code, String explanation, int classId, int methodId) {
        super(explanation, null, false, false);
        this.code = code;
        this.explanation = explanation;
        this.classId = classId;
        this.methodId = methodId;
    }

    /** An error that no method caused. */
    public AmqpException(ReplyCode code, String explanation) {
        this(code, explanation, 0, 0);
    }

    /** An error that a method caused. */
    public AmqpException(ReplyCode code, String explanation, Method failed) {
        this(code, explanation, failed.classId(), failed.methodId());
    }

    public ReplyCode code() {
        return code;
    }

    /** What is wrong, without the code's name. */
    public String explanation() {
        return explanation;
    }

    public int classId() {
        return classId;
    }

    public int methodId() {
        return methodId;
    }

    /** The reply text: {@code NAME - explanation}, cut to 255 bytes between characters. */
    public String text() {
        String text = code.name() + " - " + explanation;
        if (text.length() * 3 <= MAX_TEXT_BYTES) {
            return text;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= MAX_TEXT_BYTES) {
            return text;
        }
        int end = MAX_TEXT_BYTES;
        while ((bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    /** The reply text without what would break a line of a log: names in it are the client's. */
    String textForLog() {
        return printable(text());
    }

    static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
