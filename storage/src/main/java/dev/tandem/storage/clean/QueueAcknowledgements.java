package dev.tandem.storage.clean;

import dev.tandem.storage.StorageException.NotFound;
import dev.tandem.storage.body.BodyRange;
import dev.tandem.storage.cursor.AckSet;
import dev.tandem.storage.cursor.AckSetView;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** What the queues of an engine have acknowledged, as of one round: each log's ack set is looked up once. */
final class QueueAcknowledgements {
    private static final AckSetView NOTHING = new AckSet().view();

    private final LongFunction<CompletableFuture<AckSetView>> lookup;
    private final Map<Long, AckSetView> views = new HashMap<>();
    private final Set<Long> gone = new HashSet<>();
    private @Nullable RuntimeException failure;

    QueueAcknowledgements(LongFunction<CompletableFuture<AckSetView>> lookup) {
        this.lookup = lookup;
    }

    /** Whether a log has acknowledged all messages that refer to a segment, or is gone. */
    boolean isDone(long logId, BodyRange range) throws InterruptedException {
        return of(logId).nextUnacknowledged(range.firstOffset()) >= range.endOffset() || gone.contains(logId);
    }

    /** Those of a log; none when it is gone, or they cannot be read. */
    AckSetView of(long logId) throws InterruptedException {
        AckSetView view = views.get(logId);
        if (view == null) {
            view = find(logId);
            views.put(logId, view);
        }
        return view;
    }

    private AckSetView find(long logId) throws InterruptedException {
        try {
            return lookup.apply(logId).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof NotFound) {
                gone.add(logId);
            } else {
                // What this log refers to stays; the others need not wait for its repair.
                failure = new IllegalStateException(
                        "the acknowledgements of log " + logId + " cannot be read", e.getCause());
            }
            return NOTHING;
        }
    }

    /** Throws what kept acknowledgements from being read, once everything else is done. */
    void throwFailure() {
        if (failure != null) {
            throw failure;
        }
    }
}
