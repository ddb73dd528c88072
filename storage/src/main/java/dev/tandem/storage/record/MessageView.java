package dev.tandem.storage.record;

import dev.tandem.storage.StorageException.CorruptData;

/** One stored message: views on shared bytes. */
public final class MessageView {
    private final long offset;
    private final long timestampMillis;
    private final int flags;
    private final long expiresAtMillis;
    private final Slice exchange;
    private final Slice routingKey;
    private final Slice properties;
    private final Slice body;

    private MessageView(
            long offset,
            long timestampMillis,
            int flags,
            long expiresAtMillis,
            Slice exchange,
            Slice routingKey,
            Slice properties,
            Slice body) {
        this.offset = offset;
        this.timestampMillis = timestampMillis;
        this.flags = flags;
        this.expiresAtMillis = expiresAtMillis;
        this.exchange = exchange;
        this.routingKey = routingKey;
        this.properties = properties;
        this.body = body;
    }

    /**
     * Reads what {@link MessageRecord#encode} wrote.
     *
     * @param tail the encoding
     */
    public static MessageView read(Slice tail, long offset, long timestampMillis) {
        return readTail(new SliceReader(tail), offset, timestampMillis);
    }

    /** Reads the record that begins at {@code at} of an array. */
    static MessageView readRecord(byte[] array, int at, int end, long baseOffset, long baseTimestamp) {
        var reader = new SliceReader(array, at, end);
        reader.readVarintInt(); // length: the parts below tell it again
        reader.readByte(); // attributes: unused in format v2
        long timestamp = baseTimestamp + reader.readVarint();
        long offset = baseOffset + reader.readVarintInt();
        return readTail(reader, offset, timestamp);
    }

    private static MessageView readTail(SliceReader reader, long offset, long timestampMillis) {
        int keyLength = reader.readVarintInt();
        if (keyLength > 0) {
            reader.skip(keyLength);
        }
        Slice body = reader.readSlice(reader.readVarintInt());
        int headers = reader.readVarintInt();
        for (int i = 0; i < headers; i++) {
            Slice name = reader.readSlice(reader.readVarintInt());
            int size = reader.readVarintInt();
            if (name.length() == 1 && name.get(0) == MessageRecord.HEADER_NAME) {
                return readHeader(new SliceReader(reader.readSlice(size)), offset, timestampMillis, body);
            }
            reader.skip(Math.max(size, 0));
        }
        throw new CorruptData("the message at offset " + offset + " has no message header");
    }

    private static MessageView readHeader(SliceReader header, long offset, long timestampMillis, Slice body) {
        byte version = header.readByte();
        if (version != MessageRecord.VERSION) {
            throw new CorruptData("the message at offset " + offset + " has header version " + version);
        }
        int flags = header.readUnsignedByte();
        long expiresAt = (flags & MessageRecord.FLAG_EXPIRES) != 0 ? header.readLong() : Long.MAX_VALUE;
        Slice exchange = header.readSlice(header.readUnsignedByte());
        Slice routingKey = header.readSlice(header.readUnsignedByte());
        Slice properties = header.readSlice(header.remaining());
        return new MessageView(offset, timestampMillis, flags, expiresAt, exchange, routingKey, properties, body);
    }

    public long offset() {
        return offset;
    }

    /** When the broker received it. */
    public long timestampMillis() {
        return timestampMillis;
    }

    public boolean isPersistent() {
        return (flags & MessageRecord.FLAG_PERSISTENT) != 0;
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

    public Slice body() {
        return body;
    }
}
