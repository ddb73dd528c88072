package dev.tandem.amqp.wire;

import io.netty.buffer.ByteBuf;

/** Octets as RabbitMQ's messages show them: as Erlang prints a binary. */
public final class Octets {
    private static final int SNIPPET = 16;

    private Octets() {}

    /** The octets of a payload, or the first 16: {@code all octets = <<"text">>}. */
    static String snippet(ByteBuf in, int from, int length) {
        int shown = Math.min(length, SNIPPET);
        String octets = isText(in, from, shown) ? asText(in, from, shown) : asNumbers(in, from, shown);
        return (length > SNIPPET ? "first 16 octets = " : "all octets = ") + octets;
    }

    /** {@code <<0,60,0,10>>}. */
    public static String asNumbers(ByteBuf in, int from, int length) {
        var numbers = new StringBuilder("<<");
        for (int i = 0; i < length; i++) {
            numbers.append(i == 0 ? "" : ",").append(in.getUnsignedByte(from + i));
        }
        return numbers.append(">>").toString();
    }

    private static boolean isText(ByteBuf in, int from, int length) {
        for (int i = 0; i < length; i++) {
            int octet = in.getUnsignedByte(from + i);
            if (octet < ' ' || octet > '~') {
                return false;
            }
        }
        return length > 0;
    }

    private static String asText(ByteBuf in, int from, int length) {
        var text = new StringBuilder("<<\"");
        for (int i = 0; i < length; i++) {
            char octet = (char) in.getUnsignedByte(from + i);
            text.append(octet == '"' || octet == '\\' ? "\\" : "").append(octet);
        }
        return text.append("\">>").toString();
    }
}
