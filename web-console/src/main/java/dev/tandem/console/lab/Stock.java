package dev.tandem.console.lab;

/**
 * What a lane's topic or queue holds.
 *
 * @param bytes stored; -1 when nobody could say
 * @param messages that a consumer could still read; -1 when nobody could say
 */
public record Stock(long bytes, long messages) {
    static final Stock UNKNOWN = new Stock(-1, -1);

    /** Asks the broker. */
    public interface Probe {
        /** A probe without a broker to ask. */
        Probe NONE = (side, name) -> UNKNOWN;

        /** What the topic or queue of a lane holds now; may block. */
        Stock of(Side side, String name);
    }
}
