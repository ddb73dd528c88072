package dev.tandem.storage.catalog;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.record.SliceReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads what {@link ValueWriter} wrote; whatever else it is given is {@link CorruptData}. */
final class ValueReader {
    private final SliceReader in;

    ValueReader(Slice value) {
        this.in = new SliceReader(value);
    }

    int readByte() {
        return in.readUnsignedByte();
    }

    boolean readBoolean() {
        int value = in.readUnsignedByte();
        if (value > 1) {
            throw new CorruptData("a boolean is " + value);
        }
        return value == 1;
    }

    long readLong() {
        return in.readLong();
    }

    int readInt() {
        return in.readInt();
    }

    /** A number of elements of at least so many bytes each. */
    int readCount(int elementBytes) {
        int count = in.readInt();
        if (count < 0 || count > in.remaining() / elementBytes) {
            throw new CorruptData("claims " + count + " elements in " + in.remaining() + " bytes");
        }
        return count;
    }

    /** Bytes, copied: what is decoded does not hold on to the row it came from. */
    Slice readBytes() {
        return Slice.of(in.readSlice(in.readInt()).toByteArray());
    }

    String readString() {
        return string(in.readSlice(in.readInt()));
    }

    void requireEnd() {
        if (in.remaining() != 0) {
            throw new CorruptData("has " + in.remaining() + " bytes too many");
        }
    }

    static String string(Slice utf8) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(utf8.toByteBuffer())
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CorruptData("a string is not UTF-8: " + utf8.toHexString());
        }
    }
}
