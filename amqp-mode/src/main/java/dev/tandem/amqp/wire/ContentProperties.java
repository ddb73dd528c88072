package dev.tandem.amqp.wire;

import dev.tandem.amqp.wire.WireException.Kind;
import dev.tandem.storage.record.RecordBatchLayout;
import dev.tandem.storage.record.Slice;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a content header of class basic (AMQP 0-9-1 §4.2.6.1), read in place from the flags and the list as
 * received. Checked as a whole when parsed, so that looking into them later never fails.
 */
public final class ContentProperties {
    /** No property set. */
    public static final ContentProperties EMPTY = parse(Slice.of(new byte[2]));

    private static final int COUNT = 14;
    private static final int CONTENT_TYPE = 0;
    private static final int CONTENT_ENCODING = 1;
    private static final int HEADERS = 2;
    private static final int DELIVERY_MODE = 3;
    private static final int PRIORITY = 4;
    private static final int CORRELATION_ID = 5;
    private static final int REPLY_TO = 6;
    private static final int EXPIRATION = 7;
    private static final int MESSAGE_ID = 8;
    private static final int TIMESTAMP = 9;
    private static final int TYPE = 10;
    private static final int USER_ID = 11;
    private static final int APP_ID = 12;
    private static final int CLUSTER_ID = 13;

    private final Slice bytes;
    /** Offset in {@link #bytes} of each property, 0 when it is not set. */
    private final int[] at = new int[COUNT];

    private @Nullable FieldTable headers;

    private ContentProperties(Slice bytes) {
        this.bytes = bytes;
        int flags = require(0, 2) ? ((bytes.get(0) & 0xFF) << 8) | (bytes.get(1) & 0xFF) : 0;
        if ((flags & 3) != 0) {
            // Bit 0 announces further flags and bit 1 a property; class basic has neither.
            throw new WireException(Kind.SYNTAX_ERROR, "unknown content property flags " + flags);
        }
        int next = 2;
        for (int i = 0; i < COUNT; i++) {
            if ((flags & 0x8000 >> i) != 0) {
                at[i] = next;
                next += sizeAt(i, next);
                require(0, next);
            }
        }
        if (next != bytes.length()) {
            throw new WireException(
                    Kind.SYNTAX_ERROR, "content properties take " + next + " bytes of " + bytes.length());
        }
        if (at[HEADERS] != 0) {
            headers = FieldTable.parse(bytes.slice(at[HEADERS] + 4, intAt(at[HEADERS])));
        }
    }

    /**
     * Reads properties.
     *
     * @param bytes property flags and property list, shared
     * @throws WireException when they are malformed
     */
    public static ContentProperties parse(Slice bytes) {
        return new ContentProperties(bytes);
    }

    /** Property flags and property list, as received. */
    public Slice bytes() {
        return bytes;
    }

    public Optional<String> contentType() {
        return text(CONTENT_TYPE);
    }

    public Optional<String> contentEncoding() {
        return text(CONTENT_ENCODING);
    }

    /** Empty when the property is not set. */
    public FieldTable headers() {
        return headers == null ? FieldTable.EMPTY : headers;
    }

    /** 1 transient, 2 persistent, 0 not set. */
    public int deliveryMode() {
        return octet(DELIVERY_MODE);
    }

    public boolean isPersistent() {
        return deliveryMode() == 2;
    }

    public boolean hasPriority() {
        return at[PRIORITY] != 0;
    }

    /** 0 when not set. */
    public int priority() {
        return octet(PRIORITY);
    }

    public Optional<String> correlationId() {
        return text(CORRELATION_ID);
    }

    public Optional<String> replyTo() {
        return text(REPLY_TO);
    }

    /** As sent; whether it is a number is for the channel to say. */
    public Optional<String> expiration() {
        return text(EXPIRATION);
    }

    public Optional<String> messageId() {
        return text(MESSAGE_ID);
    }

    /** Seconds since the epoch; 0 when not set. */
    public long timestamp() {
        int offset = at[TIMESTAMP];
        return offset == 0 ? 0 : RecordBatchLayout.getLong(bytes.array(), bytes.offset() + offset);
    }

    public Optional<String> type() {
        return text(TYPE);
    }

    public Optional<String> userId() {
        return text(USER_ID);
    }

    public Optional<String> appId() {
        return text(APP_ID);
    }

    public Optional<String> clusterId() {
        return text(CLUSTER_ID);
    }

    /** These properties with other headers. */
    public ContentProperties withHeaders(FieldTable table) {
        byte[] value = new byte[4 + table.bytes().length()];
        RecordBatchLayout.putInt(value, 0, table.bytes().length());
        System.arraycopy(
                table.bytes().array(),
                table.bytes().offset(),
                value,
                4,
                table.bytes().length());
        return with(HEADERS, Slice.of(value));
    }

    /** These properties without {@code expiration}. */
    public ContentProperties withoutExpiration() {
        return at[EXPIRATION] == 0 ? this : with(EXPIRATION, Slice.EMPTY);
    }

    /** These properties with another {@code reply-to}. */
    public ContentProperties withReplyTo(String replyTo) {
        byte[] text = replyTo.getBytes(StandardCharsets.UTF_8);
        byte[] value = new byte[1 + text.length];
        value[0] = (byte) text.length;
        System.arraycopy(text, 0, value, 1, text.length);
        return with(REPLY_TO, Slice.of(value));
    }

    /** Replaces a property as it stands on the wire; removes it when the value has no bytes. */
    private ContentProperties with(int property, Slice value) {
        int from = 2;
        for (int i = 0; i < property; i++) {
            if (at[i] != 0) {
                from = at[i] + sizeAt(i, at[i]);
            }
        }
        int to = at[property] == 0 ? from : from + sizeAt(property, from);
        byte[] changed = new byte[bytes.length() - (to - from) + value.length()];
        System.arraycopy(bytes.array(), bytes.offset(), changed, 0, from);
        System.arraycopy(value.array(), value.offset(), changed, from, value.length());
        System.arraycopy(bytes.array(), bytes.offset() + to, changed, from + value.length(), bytes.length() - to);
        int bit = 0x80 >> property % 8;
        if (value.isEmpty()) {
            changed[property / 8] &= (byte) ~bit;
        } else {
            changed[property / 8] |= (byte) bit;
        }
        return parse(Slice.of(changed));
    }

    private int sizeAt(int property, int offset) {
        return switch (property) {
            case HEADERS -> {
                require(offset, 4);
                int length = intAt(offset);
                if (length < 0 || length > bytes.length()) {
                    throw new WireException(
                            Kind.SYNTAX_ERROR,
                            "content headers of " + (length & 0xFFFF_FFFFL) + " bytes exceed their frame");
                }
                yield 4 + length;
            }
            case DELIVERY_MODE, PRIORITY -> 1;
            case TIMESTAMP -> 8;
            default -> {
                require(offset, 1);
                yield 1 + (bytes.get(offset) & 0xFF);
            }
        };
    }

    private boolean require(int offset, int length) {
        if (offset + length > bytes.length()) {
            throw new WireException(
                    Kind.SYNTAX_ERROR,
                    "content properties need " + (offset + length) + " bytes, they have " + bytes.length());
        }
        return true;
    }

    private int intAt(int offset) {
        return RecordBatchLayout.getInt(bytes.array(), bytes.offset() + offset);
    }

    private int octet(int property) {
        return at[property] == 0 ? 0 : bytes.get(at[property]) & 0xFF;
    }

    private Optional<String> text(int property) {
        int offset = at[property];
        return offset == 0
                ? Optional.empty()
                : Optional.of(ShortString.of(bytes.slice(offset + 1, bytes.get(offset) & 0xFF))
                        .toString());
    }
}
