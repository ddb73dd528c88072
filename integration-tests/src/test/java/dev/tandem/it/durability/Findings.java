package dev.tandem.it.durability;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What went wrong, found by any thread. */
final class Findings {
    private static final int LIMIT = 20;

    private final List<String> found = new CopyOnWriteArrayList<>();

    void add(String what, Object... arguments) {
        // One lost batch shows as thousands of lost records.
        if (found.size() < LIMIT) {
            found.add(what.formatted(arguments));
        }
    }

    List<String> all() {
        return List.copyOf(found);
    }
}
