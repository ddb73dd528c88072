package dev.tandem.storage.catalog;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

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
        byte[] bytes = UnicodeText.utf8(value);
        return writeBytes(bytes, 0, bytes.length);
    }

    byte[] toByteArray() {
        return out.toByteArray();
    }
}
