package dev.tandem.storage.catalog;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Text that has a UTF-8 form, unlike a string with an unpaired surrogate (which JSON can smuggle in). Definitions check
 * theirs when they are made, on the caller's thread: by the time the commit thread encodes them it is too late to refuse.
 */
final class UnicodeText {
    private UnicodeText() {}

    /**
     * The text's bytes.
     *
     * @throws IllegalArgumentException when it has none
     */
    static byte[] utf8(String text) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] array = new byte[bytes.remaining()];
            bytes.get(array);
            return array;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("'" + text + "' is not valid Unicode text", e);
        }
    }

    static void require(String... texts) {
        for (String text : texts) {
            if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
                throw new IllegalArgumentException("'" + text + "' is not valid Unicode text");
            }
        }
    }

    static void require(Map<String, String> texts) {
        texts.forEach((name, value) -> require(name, value));
    }
}
