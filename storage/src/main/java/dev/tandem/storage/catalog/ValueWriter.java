package dev.tandem.storage.catalog;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Collects the fields of a value: big-endian, strings as UTF-8 behind an int length. */
final class ValueWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(64);

    ValueWriter writeByte(int value) {
        out.write(value);
        return this;
    }

    ValueWriter writeBoolean(boolean value) {
        return writeByte(value ? 1 : 0);
    }

    ValueWriter writeInt(int value) {
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
        return this;
    }

    ValueWriter writeLong(long value) {
        out.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
        return this;
    }

    ValueWriter writeBytes(byte[] array, int offset, int length) {
        writeInt(length);
        out.write(array, offset, length);
        return this;
    }

    ValueWriter writeString(String value) {
        byte[] bytes = utf8(value);
        return writeBytes(bytes, 0, bytes.length);
    }

    byte[] toByteArray() {
        return out.toByteArray();
    }

    /**
     * A string's UTF-8 bytes.
     *
     * @throws IllegalArgumentException when it has none (an unpaired surrogate): it could not be read back
     */
    static byte[] utf8(String value) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value));
            byte[] array = new byte[bytes.remaining()];
            bytes.get(array);
            return array;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("'" + value + "' is not a valid Unicode string", e);
        }
    }
}
