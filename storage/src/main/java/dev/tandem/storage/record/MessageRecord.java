package dev.tandem.storage.record;

/**
 * The record a queue stores for one message: no key, the body unchanged as value, and one binary header that carries
 * what else a delivery needs.
 *
 * <p>Encoded from the key length on ("tail"), so that one encoding serves every queue the message is routed to; length,
 * attributes and deltas, which differ, are written by the commit thread.
 *
 * <p>A body that several queues share is stored apart; the value is then a {@link BodyReference}, which stands at the same
 * place of every such record, so that the commit thread can fill in the body's id.
 *
 * <p>Header value, version 1: version u8, flags u8, expiresAtMillis i64 if {@link #FLAG_EXPIRES}, exchange (u8 length +
 * bytes), routing key (u8 length + bytes), then the content header's property flags and property list exactly as
 * received.
 */
public final class MessageRecord {
    /** Name of the header, one byte. */
    static final byte HEADER_NAME = 't';

    static final byte VERSION = 1;
    /** The message expires; the time follows the flags. */
    public static final int FLAG_EXPIRES = 1;
    /** delivery-mode 2. */
    public static final int FLAG_PERSISTENT = 2;
    /** The value is a {@link BodyReference}. */
    public static final int FLAG_SHARED_BODY = 4;
    /** The message was dead-lettered: the history in its properties was written by the broker. */
    public static final int FLAG_DEAD_LETTER = 8;

    /** Where the reference begins: behind the key's length and its own, one byte each. */
    private static final int REFERENCE_AT = 2;

    private MessageRecord() {}

    /**
     * Encodes a message.
     *
     * @param persistent delivery-mode was 2
     * @param expiresAtMillis when it expires; {@link Long#MAX_VALUE} for never
     * @param exchange as published, at most 255 bytes
     * @param routingKey as published, at most 255 bytes
     * @param properties property flags and list of the content header, raw
     * @param body copied
     */
    public static Slice encode(
            boolean persistent, long expiresAtMillis, Slice exchange, Slice routingKey, Slice properties, Slice body) {
        return encode(persistent ? FLAG_PERSISTENT : 0, expiresAtMillis, exchange, routingKey, properties, body);
    }

    /** As {@link #encode(boolean, long, Slice, Slice, Slice, Slice)}, of a message that was dead-lettered. */
    public static Slice encodeDeadLetter(
            boolean persistent, long expiresAtMillis, Slice exchange, Slice routingKey, Slice properties, Slice body) {
        int flags = FLAG_DEAD_LETTER | (persistent ? FLAG_PERSISTENT : 0);
        return encode(flags, expiresAtMillis, exchange, routingKey, properties, body);
    }

    /** The record of a message with its body in it, wherever that was before. */
    public static Slice inline(MessageView message) {
        return encode(
                message.flags() & ~(FLAG_SHARED_BODY | FLAG_EXPIRES),
                message.expiresAtMillis(),
                message.exchange(),
                message.routingKey(),
                message.properties(),
                message.body());
    }

    /**
     * As {@link #encode(boolean, long, Slice, Slice, Slice, Slice)}, of a message whose body is stored apart.
     *
     * @param body its id is filled in by {@link #putBodyId}
     */
    public static Slice encodeShared(
            boolean persistent,
            long expiresAtMillis,
            Slice exchange,
            Slice routingKey,
            Slice properties,
            BodyReference body) {
        byte[] reference = new byte[BodyReference.SIZE];
        body.write(reference, 0);
        int flags = (persistent ? FLAG_PERSISTENT : 0) | FLAG_SHARED_BODY;
        return encode(flags, expiresAtMillis, exchange, routingKey, properties, Slice.of(reference));
    }

    /**
     * Fills in the id of the body of a record made by {@link #encodeShared}.
     *
     * @param at where the record begins, from the key length on
     */
    public static void putBodyId(byte[] array, int at, long id) {
        RecordBatchLayout.putLong(array, at + REFERENCE_AT, id);
    }

    /** The body that a record made by {@link #encodeShared} refers to. */
    public static BodyReference bodyOf(Slice record) {
        return BodyReference.read(record.slice(REFERENCE_AT, BodyReference.SIZE));
    }

    private static Slice encode(
            int flags, long expiresAtMillis, Slice exchange, Slice routingKey, Slice properties, Slice value) {
        boolean expires = expiresAtMillis != Long.MAX_VALUE;
        int headerSize = 2 + (expires ? 8 : 0) + 1 + exchange.length() + 1 + routingKey.length() + properties.length();
        int size = 1 + Varint.size(value.length()) + value.length() + 3 + Varint.size(headerSize) + headerSize;
        byte[] array = new byte[size];
        int at = Varint.put(array, 0, -1);
        at = Varint.put(array, at, value.length());
        at = copy(value, array, at);
        at = Varint.put(array, at, 1);
        at = Varint.put(array, at, 1);
        array[at++] = HEADER_NAME;
        at = Varint.put(array, at, headerSize);
        array[at++] = VERSION;
        array[at++] = (byte) (flags | (expires ? FLAG_EXPIRES : 0));
        if (expires) {
            RecordBatchLayout.putLong(array, at, expiresAtMillis);
            at += 8;
        }
        array[at++] = lengthByte(exchange);
        at = copy(exchange, array, at);
        array[at++] = lengthByte(routingKey);
        at = copy(routingKey, array, at);
        copy(properties, array, at);
        return Slice.of(array);
    }

    private static byte lengthByte(Slice name) {
        if (name.length() > 255) {
            throw new IllegalArgumentException("a name of " + name.length() + " bytes exceeds 255");
        }
        return (byte) name.length();
    }

    private static int copy(Slice from, byte[] to, int at) {
        System.arraycopy(from.array(), from.offset(), to, at, from.length());
        return at + from.length();
    }
}
