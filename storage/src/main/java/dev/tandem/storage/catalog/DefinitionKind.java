package dev.tandem.storage.catalog;

/** The kinds of definitions, each with the number it is stored under; numbers are never used again. */
public enum DefinitionKind {
    TOPIC(1, 1),
    VHOST(2, 1),
    EXCHANGE(3, 2),
    QUEUE(4, 2),
    BINDING(5, 6),
    USER(6, 1),
    CONFIG(7, 2),
    PERMISSION(8, 2);

    private final int number;
    private final int parts;

    DefinitionKind(int number, int parts) {
        this.number = number;
        this.parts = parts;
    }

    public int number() {
        return number;
    }

    /** How many parts a name of this kind has. */
    public int parts() {
        return parts;
    }
}
