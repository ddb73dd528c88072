package dev.tandem.storage.commit;

import dev.tandem.storage.log.LogState;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The logs whose start, end or existence a group changes, in the order in which it met them. A log knows its place among
 * them itself: of 10,000 logs each message would else cost two look-ups in maps that are made anew with every group.
 * Commit thread.
 */
final class MovedLogs implements Iterable<LogState> {
    private final long group;
    private final List<LogState> logs = new ArrayList<>();

    /**
     * None yet.
     *
     * @param group a number that no other group has while the engine is open
     */
    MovedLogs(long group) {
        this.group = group;
    }

    /** Adds a log, unless it is there; returns its place: the first one's is 0. */
    int add(LogState log) {
        int place = log.placeIn(group, logs.size());
        if (place == logs.size()) {
            logs.add(log);
        }
        return place;
    }

    int size() {
        return logs.size();
    }

    @Override
    public Iterator<LogState> iterator() {
        return logs.iterator();
    }
}
