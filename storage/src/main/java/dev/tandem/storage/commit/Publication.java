package dev.tandem.storage.commit;

import dev.tandem.storage.log.LogState;
import java.util.ArrayList;
import java.util.List;

/** What a written group showed readers, gathered while each log is at hand. Commit thread. */
final class Publication {
    private final MovedLogs moved;
    private final boolean[] isShown;
    private final List<SyncLoop.WrittenEnd> ends;
    private final List<LogState> watched = new ArrayList<>();
    private boolean isAwaited;

    /** Nothing yet, of a group that moves some logs. */
    Publication(MovedLogs moved) {
        this.moved = moved;
        isShown = new boolean[moved.size()];
        ends = new ArrayList<>(moved.size());
    }

    /** Shows readers how far a log is written now, once. */
    void show(LogState log) {
        int place = moved.add(log);
        if (isShown[place]) {
            return;
        }
        isShown[place] = true;
        log.publishWritten();
        ends.add(new SyncLoop.WrittenEnd(log, log.writtenEnd()));
        // Behind the new end: who begins to watch meanwhile sees that, or is seen here.
        if (log.watches().length > 0) {
            watched.add(log);
            isAwaited |= log.hasSyncedReaders();
        }
    }

    /** How far each log is written. */
    List<SyncLoop.WrittenEnd> ends() {
        return ends;
    }

    /** Logs whose move somebody wants to hear of. */
    List<LogState> watched() {
        return watched;
    }

    /** Whether readers wait for the group to be synced. */
    boolean isAwaited() {
        return isAwaited;
    }
}
