package dev.tandem.storage.clean;

import dev.tandem.storage.body.BodySegments;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.cursor.AckSetView;
import dev.tandem.storage.log.LogState;
import dev.tandem.storage.record.BodyReference;
import dev.tandem.storage.record.MessageRecord;
import dev.tandem.storage.record.MessageView;
import dev.tandem.storage.record.SparseEntryBuilder;
import dev.tandem.storage.record.StoredEntry;
import java.util.ArrayList;
import java.util.List;

/** The messages of one log that wait for bodies of one segment, and how they get copies of their own. */
final class BodyCopies {
    private final LogState log;
    private final long segment;
    private final AckSetView acknowledged;
    /** The entries that hold the messages, without shared bodies. */
    private final List<StoredEntry> entries = new ArrayList<>();

    private long bytes;

    private BodyCopies(LogState log, long segment, AckSetView acknowledged) {
        this.log = log;
        this.segment = segment;
        this.acknowledged = acknowledged;
    }

    /**
     * Finds the entries to rewrite. Reads records, no bodies.
     *
     * @param offsets ascending, all that are unacknowledged where the log refers to the segment
     */
    static BodyCopies plan(LogState log, long segment, List<Long> offsets, AckSetView acknowledged) {
        var copies = new BodyCopies(log, segment, acknowledged);
        long end = 0;
        for (long offset : offsets) {
            if (offset >= end) {
                StoredEntry entry = log.entryAt(offset).orElse(null);
                if (entry != null) {
                    copies.add(entry);
                    end = entry.endOffset();
                }
            }
        }
        return copies;
    }

    private void add(StoredEntry entry) {
        long before = bytes;
        for (int i = 0; i < entry.recordCount(); i++) {
            MessageView message = entry.message(i);
            if (isWanted(message) && refers(message)) {
                bytes += message.bodyLength();
            }
        }
        if (bytes > before) {
            entries.add(entry);
        }
    }

    /** Bytes of the bodies that are copied. */
    long bytes() {
        return bytes;
    }

    /** One commit: the entries with their bodies, and the log refers to the segment no more. Reads the bodies. */
    List<Change> changes() {
        var changes = new ArrayList<Change>();
        for (StoredEntry entry : entries) {
            changes.add(new Change.RewriteRange(
                    log.id(),
                    entry.baseOffset(),
                    entry.endOffset(),
                    List.of(rewrite(entry)),
                    entry.recordCount(),
                    entry.batches().length()));
        }
        changes.add(new Change.ReleaseBodies(segment, log.id()));
        return changes;
    }

    private StoredEntry rewrite(StoredEntry entry) {
        var envelope = entry.envelope();
        var builder = new SparseEntryBuilder(envelope.isTransient(), entry.leaderEpoch());
        for (int i = 0; i < entry.recordCount(); i++) {
            MessageView message = entry.message(i);
            if (isWanted(message) && refers(message)) {
                MessageView whole = withBody(message.offset());
                builder.add(
                        whole.offset(),
                        whole.timestampMillis(),
                        whole.expiresAtMillis(),
                        false,
                        MessageRecord.inline(whole));
            } else if (isWanted(message)) {
                builder.add(message);
            }
        }
        return builder.build(entry.endOffset(), envelope.logBytes(), envelope.transientRecords());
    }

    /** What is acknowledged is left out: its body may be gone. */
    private boolean isWanted(MessageView message) {
        return !acknowledged.contains(message.offset());
    }

    private boolean refers(MessageView message) {
        BodyReference body = message.sharedBody();
        return body != null && BodySegments.of(body.id()) == segment;
    }

    private MessageView withBody(long offset) {
        StoredEntry entry = log.readMessages(offset, offset + 1, 1).entries().get(0);
        MessageView message = entry.messageAt(offset);
        if (message == null) {
            throw new IllegalStateException("log " + log.id() + " lost the message at offset " + offset);
        }
        return message;
    }
}
