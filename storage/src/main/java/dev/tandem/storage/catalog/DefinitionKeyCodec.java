package dev.tandem.storage.catalog;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.record.SliceReader;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;

/**
 * The key of a {@code catalog} row: the kind's number u8, then each part of the name as UTF-8, in which a zero byte is
 * written as 0x00 0xFF, ended by 0x00 0x01. Keys order by kind, then part by part, and none is a prefix of another.
 */
public final class DefinitionKeyCodec {
    private static final int ESCAPE = 0x00;
    private static final int ESCAPED_ZERO = 0xFF;
    private static final int TERMINATOR = 0x01;

    private DefinitionKeyCodec() {}

    /**
     * Encodes a key.
     *
     * @throws IllegalArgumentException when one of its parts is not valid Unicode
     */
    public static byte[] encodeKey(DefinitionKey key) {
        var out = new ByteArrayOutputStream(64);
        out.write(key.kind().number());
        for (String part : key.parts()) {
            for (byte b : UnicodeText.utf8(part)) {
                out.write(b);
                if (b == ESCAPE) {
                    out.write(ESCAPED_ZERO);
                }
            }
            out.write(ESCAPE);
            out.write(TERMINATOR);
        }
        return out.toByteArray();
    }

    /** Reads what {@link #encodeKey} wrote. */
    public static DefinitionKey decodeKey(Slice key) {
        var in = new SliceReader(key);
        var kind = kindOf(in.readUnsignedByte());
        var parts = new ArrayList<String>(kind.parts());
        for (int i = 0; i < kind.parts(); i++) {
            parts.add(readPart(in));
        }
        if (in.remaining() != 0) {
            throw new CorruptData("a catalog key of kind " + kind + " has " + in.remaining() + " bytes too many");
        }
        return new DefinitionKey(kind, parts);
    }

    private static DefinitionKind kindOf(int number) {
        for (var kind : DefinitionKind.values()) {
            if (kind.number() == number) {
                return kind;
            }
        }
        throw new CorruptData("a catalog key has the unknown kind " + number);
    }

    private static String readPart(SliceReader in) {
        var part = new ByteArrayOutputStream();
        while (true) {
            int b = in.readUnsignedByte();
            if (b == ESCAPE) {
                int escaped = in.readUnsignedByte();
                if (escaped == TERMINATOR) {
                    return ValueReader.string(Slice.of(part.toByteArray()));
                }
                if (escaped != ESCAPED_ZERO) {
                    throw new CorruptData("a catalog key has the unknown escape " + escaped);
                }
            }
            part.write(b);
        }
    }
}
