package dev.tandem.storage.log;

import dev.tandem.storage.clean.CleaningPass;
import dev.tandem.storage.clean.CleaningRound;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.DeletionMark;
import dev.tandem.storage.schema.StorageSchema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Removes the rows of deleted logs. Deleting a log only marks it: a range deletion for every queue of a client that comes
 * and goes would slow all reads. This pass finds the marks and removes neighbours together, whose ids no other log
 * separates: one range deletion per family for the run of them. It waits until there are enough, except after a start,
 * when it works off what the last run of the broker left.
 */
public final class DeletedLogs implements CleaningPass {
    /** Marks that are worth a round; fewer, with little behind them, do no harm. */
    private static final int WORTH_LOGS = 1_000;

    private static final long WORTH_BYTES = 4 << 20;
    /** Marks removed by one commit, which looks at each of them again. */
    private static final int MAX_RUN = 16_384;

    private final RocksStore store;
    private final LogTable logs;
    private boolean isDue = true;
    private long logsSeen;
    private long bytesSeen;

    public DeletedLogs(RocksStore store, LogTable logs) {
        this.store = store;
        this.logs = logs;
    }

    @Override
    public String name() {
        return "the removal of deleted logs";
    }

    @Override
    public void run(CleaningRound round) throws InterruptedException {
        long deleted = logs.deletedLogs();
        long bytes = logs.deletedBytes();
        if (!isDue && deleted - logsSeen < WORTH_LOGS && bytes - bytesSeen < WORTH_BYTES) {
            return;
        }
        isDue = true;
        for (Change.RemoveLogs run : runs()) {
            round.commit(run);
        }
        isDue = false;
        logsSeen = deleted;
        bytesSeen = bytes;
    }

    /** The deleted logs that no other log separates. */
    private List<Change.RemoveLogs> runs() {
        var runs = new ArrayList<Change.RemoveLogs>();
        var open = new @Nullable Run[1];
        store.scan(ColumnFamily.LOGS, new byte[] {0}, StorageSchema.logPrefix(Long.MAX_VALUE), (key, value) -> {
            if (!StorageSchema.isLogHead(key)) {
                return true;
            }
            Run run = open[0];
            if (DeletionMark.isMark(value)) {
                long logId = StorageSchema.logIdOf(key);
                long bytes = DeletionMark.decode(value).bytes();
                if (run == null || run.count == MAX_RUN) {
                    close(run, runs);
                    open[0] = new Run(logId, logId + 1, bytes, 1);
                } else {
                    open[0] = new Run(run.firstLogId, logId + 1, run.bytes + bytes, run.count + 1);
                }
            } else {
                close(run, runs);
                open[0] = null;
            }
            return true;
        });
        close(open[0], runs);
        return runs;
    }

    private static void close(@Nullable Run run, List<Change.RemoveLogs> runs) {
        if (run != null) {
            runs.add(new Change.RemoveLogs(run.firstLogId, run.endLogId, run.bytes));
        }
    }

    private record Run(long firstLogId, long endLogId, long bytes, int count) {}
}
