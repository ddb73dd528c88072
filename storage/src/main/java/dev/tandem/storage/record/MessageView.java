package dev.tandem.storage.record;

import dev.tandem.storage.StorageException.CorruptData;
import org.jspecify.annotations.Nullable;

/** One stored message: views on shared bytes. */
public final class MessageView {
    private final long offset;
    private final long timestampMillis;
    private final Slice encoded;
    private final int flags;
    private final long expiresAtMillis;
    private final Slice exchange;
    private final Slice routingKey;
    private final Slice properties;
    /** The record's value: the body, or a reference to it. */
    private final Slice value;

    private final @Nullable BodyReference reference;
    /** The body that the reference stands for, when it was read along. */
    private final @Nullable Slice sharedBody;

    private MessageView(
            long offset,
            long timestampMillis,
            Slice encoded,
            int flags,
            long expiresAtMillis,
            Slice exchange,
            Slice routingKey,
            Slice properties,
            Slice value,
            @Nullable Slice sharedBody) {
        this.offset = offset;
        this.timestampMillis = timestampMillis;
        this.encoded = encoded;
        this.flags = flags;
        this.expiresAtMillis = expiresAtMillis;
        this.exchange = exchange;
        this.routingKey = routingKey;
        this.properties = properties;
        this.value = value;
        this.reference = (flags & MessageRecord.FLAG_SHARED_BODY) != 0 ? BodyReference.read(value) : null;
        this.sharedBody = sharedBody;
    }

    /**
     * Reads what {@link MessageRecord#encode} wrote.
     *
     * @param tail the encoding
     */
    public static MessageView read(Slice tail, long offset, long timestampMillis) {
        return readTail(tail, offset, timestampMillis, null);
    }

    /**
     * Reads the record that begins at {@code at} of an array.
     *
     * @param sharedBody the body that the record refers to, if it was read along
     */
    static MessageView readRecord(
            byte[] array, int at, int end, long baseOffset, long baseTimestamp, @Nullable Slice sharedBody) {
        var reader = new SliceReader(array, at, end);
        int length = reader.readVarintInt();
        int start = reader.position();
        reader.readByte(); // attributes: unused in format v2
        long timestamp = baseTimestamp + reader.readVarint();
        long offset = baseOffset + reader.readVarintInt();
        return readTail(reader.readSlice(length - (reader.position() - start)), offset, timestamp, sharedBody);
    }

    private static MessageView readTail(Slice encoded, long offset, long timestampMillis, @Nullable Slice sharedBody) {
        var reader = new SliceReader(encoded);
        int keyLength = reader.readVarintInt();
        if (keyLength > 0) {
            reader.skip(keyLength);
        }
        Slice value = reader.readSlice(reader.readVarintInt());
        int headers = reader.readVarintInt();
        for (int i = 0; i < headers; i++) {
            Slice name = reader.readSlice(reader.readVarintInt());
            int size = reader.readVarintInt();
            if (name.length() == 1 && name.get(0) == MessageRecord.HEADER_NAME) {
                return readHeader(
                        new SliceReader(reader.readSlice(size)), offset, timestampMillis, encoded, value, sharedBody);
            }
            reader.skip(Math.max(size, 0));
        }
        throw new CorruptData("the message at offset " + offset + " has no message header");
    }

    private static MessageView readHeader(
            SliceReader header,
            long offset,
            long timestampMillis,
            Slice encoded,
            Slice value,
            @Nullable Slice sharedBody) {
        byte version = header.readByte();
        if (version != MessageRecord.VERSION) {
            throw new CorruptData("the message at offset " + offset + " has header version " + version);
        }
        int flags = header.readUnsignedByte();
        long expiresAt = (flags & MessageRecord.FLAG_EXPIRES) != 0 ? header.readLong() : Long.MAX_VALUE;
        Slice exchange = header.readSlice(header.readUnsignedByte());
        Slice routingKey = header.readSlice(header.readUnsignedByte());
        Slice properties = header.readSlice(header.remaining());
        return new MessageView(
                offset,
                timestampMillis,
                encoded,
                flags,
                expiresAt,
                exchange,
                routingKey,
                properties,
                value,
                sharedBody);
    }

    public long offset() {
        return offset;
    }

    /** When the broker received it. */
    public long timestampMillis() {
        return timestampMillis;
    }

    /** What {@link MessageRecord#encode} wrote: all of the record that does not depend on where it is stored. */
    public Slice encoded() {
        return encoded;
    }

    public boolean isPersistent() {
        return (flags & MessageRecord.FLAG_PERSISTENT) != 0;
    }

    /** Whether the history of dead letters in its properties was written by the broker. */
    public boolean isDeadLetter() {
        return (flags & MessageRecord.FLAG_DEAD_LETTER) != 0;
    }

    int flags() {
        return flags;
    }

    /** When it expires; {@link Long#MAX_VALUE} for never. */
    public long expiresAtMillis() {
        return expiresAtMillis;
    }

    public Slice exchange() {
        return exchange;
    }

    public Slice routingKey() {
        return routingKey;
    }

    /** Property flags and property list of the content header, as received. */
    public Slice properties() {
        return properties;
    }

    /** The same message under another offset. */
    public MessageView withOffset(long changed) {
        return new MessageView(
                changed,
                timestampMillis,
                encoded,
                flags,
                expiresAtMillis,
                exchange,
                routingKey,
                properties,
                value,
                sharedBody);
    }

    /** The same message with other properties. */
    public MessageView withProperties(Slice changed) {
        return new MessageView(
                offset,
                timestampMillis,
                encoded,
                flags,
                expiresAtMillis,
                exchange,
                routingKey,
                changed,
                value,
                sharedBody);
    }

    /** Whether {@link #body} can be asked for: it is inline, or was read along. */
    public boolean hasBody() {
        return reference == null || sharedBody != null;
    }

    /**
     * The body as published.
     *
     * @throws IllegalStateException when it is shared and was not read along, see {@link #hasBody}
     */
    public Slice body() {
        if (reference == null) {
            return value;
        }
        if (sharedBody == null) {
            throw new IllegalStateException(
                    "body " + reference.id() + " of the message at offset " + offset + " was not read along");
        }
        return sharedBody;
    }

    /** Length of the body, which need not have been read. */
    public int bodyLength() {
        return reference == null ? value.length() : reference.length();
    }

    /** Where the body is stored when several queues share it; null when it is inline. */
    public @Nullable BodyReference sharedBody() {
        return reference;
    }
}
