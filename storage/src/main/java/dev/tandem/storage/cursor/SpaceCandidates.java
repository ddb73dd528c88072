package dev.tandem.storage.cursor;

import dev.tandem.storage.commit.Change.CreateLog.Retention;
import dev.tandem.storage.log.LogState;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Logs of queues in which enough is acknowledged above the floor to be worth a look. Noted by the commit thread, taken by
 * the cleaner's.
 */
public final class SpaceCandidates {
    private final Set<LogState> logs = ConcurrentHashMap.newKeySet();

    /** Adds a log, if its acknowledgements decide what it keeps: then there is no cursor but the queue's, 0. */
    public void note(LogState log) {
        if (log.retention() == Retention.ACKNOWLEDGED) {
            logs.add(log);
        }
    }

    /** Takes all of them. */
    public List<LogState> take() {
        var taken = new ArrayList<LogState>();
        for (LogState log : logs) {
            if (logs.remove(log)) {
                taken.add(log);
            }
        }
        return taken;
    }
}
