package dev.tandem.amqp.vhost;

import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.Durability;
import dev.tandem.storage.cursor.AckSetView;
import dev.tandem.storage.log.Log;
import dev.tandem.storage.log.LogRead;
import dev.tandem.storage.record.StoredEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Messages that were not persistent in a durable queue: stored like the others, but not meant to outlive the broker. When
 * it starts they are acknowledged.
 */
final class TransientMessages {
    private static final int READ_BYTES = 1 << 20;

    private TransientMessages() {}

    /** Acknowledges those of an earlier start; the result is the ack set afterwards. Blocks: reader pool only. */
    static CompletableFuture<AckSetView> drop(StorageEngine storage, Log log, AckSetView acks) {
        List<Long> ranges = find(log, acks, storage.leaderEpoch());
        if (ranges.isEmpty()) {
            return CompletableFuture.completedFuture(acks);
        }
        var change = new Change.Acknowledge(
                log.id(), 0, ranges.stream().mapToLong(Long::longValue).toArray());
        return storage.commit(Commit.builder().add(change), Durability.WRITTEN)
                .thenCompose(result -> storage.ackSet(log.id(), 0));
    }

    private static List<Long> find(Log log, AckSetView acks, int leaderEpoch) {
        long start = Math.max(log.startOffset(), acks.nextUnacknowledged(acks.floor()));
        long end = log.writtenEnd();
        var ranges = new ArrayList<Long>();
        if (start >= end || !mayHoldAny(log, start, end)) {
            return ranges;
        }
        for (long at = start; at < end; ) {
            LogRead read = log.read(at, end, READ_BYTES);
            for (StoredEntry entry : read.entries()) {
                if (entry.envelope().isTransient() && entry.leaderEpoch() < leaderEpoch) {
                    ranges.add(entry.baseOffset());
                    ranges.add(entry.endOffset());
                }
            }
            if (read.nextOffset() <= at) {
                break;
            }
            at = read.nextOffset();
        }
        return ranges;
    }

    /** Each entry knows how many transient messages the log ever got, so its ends tell whether a scan is worth it. */
    private static boolean mayHoldAny(Log log, long start, long end) {
        List<StoredEntry> first = log.read(start, end, 1).entries();
        List<StoredEntry> last = log.read(end - 1, end, 1).entries();
        if (first.isEmpty() || last.isEmpty()) {
            return true;
        }
        var firstEnvelope = first.get(0).envelope();
        long before =
                firstEnvelope.transientRecords() - (firstEnvelope.isTransient() ? firstEnvelope.offsetCount() : 0);
        return last.get(0).envelope().transientRecords() > before;
    }
}
