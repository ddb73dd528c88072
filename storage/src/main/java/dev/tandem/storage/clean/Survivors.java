package dev.tandem.storage.clean;

import dev.tandem.storage.cursor.AckSetView;
import dev.tandem.storage.log.Log;
import dev.tandem.storage.log.LogRead;
import dev.tandem.storage.record.Envelope;
import dev.tandem.storage.record.MessageView;
import dev.tandem.storage.record.Origin;
import dev.tandem.storage.record.SparseEntryBuilder;
import dev.tandem.storage.record.StoredEntry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is left of a range of a queue's log: the messages that are not acknowledged, in as few entries as possible. */
final class Survivors {
    private static final int MAX_ENTRY_BYTES = 256 << 10;
    private static final int MAX_ENTRY_MESSAGES = 4096;
    /** Offsets from the first message of an entry to the last, which the format tells in 31 bits. */
    private static final long MAX_ENTRY_SPAN = 1 << 30;

    private final Log log;
    private final AckSetView acknowledged;
    private final List<StoredEntry> entries = new ArrayList<>();
    private @Nullable SparseEntryBuilder open;
    private long openFirst;
    private long openEnd;
    /** The entry whose message was added last. */
    private @Nullable StoredEntry source;

    private Survivors(Log log, AckSetView acknowledged) {
        this.log = log;
        this.acknowledged = acknowledged;
    }

    /** Reads those of a range that begins and ends where entries do. Blocks. */
    static List<StoredEntry> of(Log log, AckSetView acknowledged, long firstOffset, long endOffset) {
        return new Survivors(log, acknowledged).read(firstOffset, endOffset);
    }

    private List<StoredEntry> read(long firstOffset, long endOffset) {
        long next = acknowledged.nextUnacknowledged(firstOffset);
        while (next < endOffset) {
            LogRead read = log.read(next, endOffset, 1);
            if (read.entries().isEmpty()) {
                break;
            }
            for (StoredEntry entry : read.entries()) {
                keep(entry);
                next = acknowledged.nextUnacknowledged(Math.max(next, entry.endOffset()));
            }
        }
        close();
        return entries;
    }

    private void keep(StoredEntry entry) {
        if (entry.envelope().origin() != Origin.AMQP) {
            keepWhole(entry);
            return;
        }
        for (int i = 0; i < entry.recordCount(); i++) {
            MessageView message = entry.message(i);
            if (!acknowledged.contains(message.offset())) {
                add(entry, message);
            }
        }
    }

    /** A batch of another origin is not taken apart: it goes when all of it is acknowledged. */
    private void keepWhole(StoredEntry entry) {
        if (acknowledged.nextUnacknowledged(entry.baseOffset()) < entry.endOffset()) {
            close();
            entries.add(entry);
        }
    }

    private void add(StoredEntry entry, MessageView message) {
        SparseEntryBuilder builder = open;
        if (builder == null || !joins(builder, entry, message)) {
            close();
            builder = new SparseEntryBuilder(entry.envelope().isTransient(), entry.leaderEpoch());
            open = builder;
            openFirst = message.offset();
        }
        builder.add(message);
        openEnd = message.offset() + 1;
        source = entry;
    }

    private boolean joins(SparseEntryBuilder builder, StoredEntry entry, MessageView message) {
        StoredEntry last = source;
        return last != null
                && last.envelope().isTransient() == entry.envelope().isTransient()
                && last.leaderEpoch() == entry.leaderEpoch()
                && builder.messageCount() < MAX_ENTRY_MESSAGES
                && builder.batchBytes() + message.encoded().length() <= MAX_ENTRY_BYTES
                && message.offset() - openFirst < MAX_ENTRY_SPAN;
    }

    private void close() {
        SparseEntryBuilder builder = open;
        StoredEntry last = source;
        if (builder != null && last != null) {
            Envelope totals = last.envelope();
            entries.add(builder.build(openEnd, totals.logBytes(), totals.transientRecords()));
        }
        open = null;
    }
}
