package dev.tandem.amqp.connection;

import java.util.List;
import java.util.function.Consumer;

/** Takes things in turn, beginning with another one each time, so that none is always first. */
public final class Rotation {
    private Rotation() {}

    /**
     * Visits all items.
     *
     * @param turn how often this was done before
     */
    public static <T> void forEach(List<T> items, int turn, Consumer<? super T> visitor) {
        int size = items.size();
        int first = size == 0 ? 0 : Math.floorMod(turn, size);
        items.subList(first, size).forEach(visitor);
        items.subList(0, first).forEach(visitor);
    }
}
