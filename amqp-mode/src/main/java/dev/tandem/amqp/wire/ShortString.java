package dev.tandem.amqp.wire;

import dev.tandem.storage.record.Slice;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A short string (AMQP 0-9-1 §4.2.5.3) kept as its bytes, for names that are passed on as they came. Equal by bytes; not
 * necessarily UTF-8.
 */
public final class ShortString {
    public static final int MAX_LENGTH = 255;
    public static final ShortString EMPTY = new ShortString(Slice.EMPTY, "");

    private final Slice bytes;
    private final int hash;
    private @Nullable String text;

    private ShortString(Slice bytes, @Nullable String text) {
        this.bytes = bytes;
        this.hash = bytes.hashCode();
        this.text = text;
    }

    /**
     * A short string of bytes, which are shared.
     *
     * @throws IllegalArgumentException past 255 bytes
     */
    public static ShortString of(Slice bytes) {
        if (bytes.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a short string of " + bytes.length() + " bytes exceeds 255");
        }
        return bytes.isEmpty() ? EMPTY : new ShortString(bytes, null);
    }

    /**
     * A short string of UTF-8 text.
     *
     * @throws IllegalArgumentException past 255 bytes
     */
    public static ShortString of(String text) {
        var bytes = Slice.of(text.getBytes(StandardCharsets.UTF_8));
        if (bytes.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a short string of " + bytes.length() + " bytes exceeds 255");
        }
        return bytes.isEmpty() ? EMPTY : new ShortString(bytes, text);
    }

    /**
     * Decodes UTF-8.
     *
     * @throws WireException when it is none
     */
    public static String decode(Slice bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.array(), bytes.offset(), bytes.length()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new WireException(WireException.Kind.FRAME_ERROR, "Malformed UTF-8 in shortstr");
        }
    }

    public Slice bytes() {
        return bytes;
    }

    public boolean isEmpty() {
        return bytes.isEmpty();
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof ShortString other && hash == other.hash && bytes.equals(other.bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /** The text; bytes that are not UTF-8 show as U+FFFD. */
    @Override
    public String toString() {
        String decoded = text;
        if (decoded == null) {
            decoded = new String(bytes.array(), bytes.offset(), bytes.length(), StandardCharsets.UTF_8);
            text = decoded;
        }
        return decoded;
    }
}
