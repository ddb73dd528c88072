package dev.tandem.amqp.method;

import dev.tandem.amqp.wire.WireException;
import io.netty.buffer.ByteBuf;

/** Reads and writes the payload of a method frame (AMQP 0-9-1 §4.2.4): class, method, arguments. */
public final class MethodCodec {
    private MethodCodec() {}

    /**
     * Reads a method.
     *
     * @param payload read from its reader index
     * @param length bytes of the payload, all of them present
     * @throws WireException when the method is unknown or malformed
     */
    public static Method read(ByteBuf payload, int length) {
        var in = new MethodReader(payload, length);
        Method method = read(in.classId(), in.methodId(), in);
        in.finish();
        return method;
    }

    private static Method read(int classId, int methodId, MethodReader in) {
        return switch (classId) {
            case ConnectionMethod.CLASS_ID -> ConnectionMethod.read(methodId, in);
            case ChannelMethod.CLASS_ID -> ChannelMethod.read(methodId, in);
            case AccessMethod.CLASS_ID -> AccessMethod.read(methodId, in);
            case ExchangeMethod.CLASS_ID -> ExchangeMethod.read(methodId, in);
            case QueueMethod.CLASS_ID -> QueueMethod.read(methodId, in);
            case BasicMethod.CLASS_ID -> BasicMethod.read(methodId, in);
            case ConfirmMethod.CLASS_ID -> ConfirmMethod.read(methodId, in);
            case TxMethod.CLASS_ID -> TxMethod.read(methodId, in);
            default -> throw unknown(classId, methodId);
        };
    }

    /** Writes class, method and arguments. */
    public static void write(Method method, ByteBuf out) {
        out.writeShort(method.classId());
        out.writeShort(method.methodId());
        method.writeArguments(new MethodWriter(out));
    }

    static WireException unknown(int classId, int methodId) {
        return new WireException(
                WireException.Kind.NOT_IMPLEMENTED, "unknown method {" + classId + "," + methodId + "}");
    }
}
