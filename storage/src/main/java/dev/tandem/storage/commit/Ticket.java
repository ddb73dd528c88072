package dev.tandem.storage.commit;

import org.jspecify.annotations.Nullable;

/** A submitted commit on its way to its result. */
final class Ticket {
    final Commit commit;
    final long budgetBytes;

    @Nullable
    CommitResult result;

    Ticket(Commit commit) {
        this.commit = commit;
        long bytes = 0;
        for (Change change : commit.changes()) {
            bytes += change.budgetBytes();
        }
        this.budgetBytes = bytes;
    }
}
