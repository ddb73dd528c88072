package dev.tandem.amqp.wire;

import org.jspecify.annotations.Nullable;

/**
 * Types of field values with the letters that RabbitMQ and its clients use on the wire, which differ from the table of
 * AMQP 0-9-1 §4.2.1 ({@code s} is an int16 here), and the names by which RabbitMQ's messages call them.
 */
public enum FieldType {
    BOOL('t', "bool", 1),
    BYTE('b', "byte", 1),
    UNSIGNED_BYTE('B', "unsignedbyte", 1),
    SHORT('s', "short", 2),
    UNSIGNED_SHORT('u', "unsignedshort", 2),
    SIGNED_INT('I', "signedint", 4),
    UNSIGNED_INT('i', "unsignedint", 4),
    LONG('l', "long", 8),
    /** Decoded as {@link #LONG}; nobody sends it on purpose. */
    LONG_ALIAS('L', "long", 8),
    FLOAT('f', "float", 4),
    DOUBLE('d', "double", 8),
    DECIMAL('D', "decimal", 5),
    LONG_STRING('S', "longstr", -1),
    TIMESTAMP('T', "timestamp", 8),
    ARRAY('A', "array", -1),
    TABLE('F', "table", -1),
    BYTE_ARRAY('x', "binary", -1),
    VOID('V', "void", 0);

    private static final @Nullable FieldType[] BY_LETTER = new FieldType[128];

    static {
        for (FieldType type : values()) {
            BY_LETTER[type.letter] = type;
        }
    }

    private final char letter;
    private final String typeName;
    private final int size;

    FieldType(char letter, String typeName, int size) {
        this.letter = letter;
        this.typeName = typeName;
        this.size = size;
    }

    /**
     * The type of a letter.
     *
     * @throws WireException for an unknown letter
     */
    static FieldType of(int letter) {
        FieldType type = letter >= 0 && letter < BY_LETTER.length ? BY_LETTER[letter] : null;
        if (type == null) {
            throw new WireException(WireException.Kind.SYNTAX_ERROR, "unknown field type " + letter);
        }
        return type;
    }

    char letter() {
        return letter;
    }

    /** Bytes of a value, or -1 when a 32-bit length precedes it. */
    int size() {
        return size;
    }

    /** As in {@code received the value '10' of type 'signedint'}. */
    public String typeName() {
        return typeName;
    }

    /** Integers of any width are one class when arguments are compared. */
    public boolean isInteger() {
        return switch (this) {
            case BYTE, UNSIGNED_BYTE, SHORT, UNSIGNED_SHORT, SIGNED_INT, UNSIGNED_INT, LONG, LONG_ALIAS -> true;
            case BOOL, FLOAT, DOUBLE, DECIMAL, LONG_STRING, TIMESTAMP, ARRAY, TABLE, BYTE_ARRAY, VOID -> false;
        };
    }
}
