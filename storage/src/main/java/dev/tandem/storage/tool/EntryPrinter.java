package dev.tandem.storage.tool;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.cursor.AckSetView;
import dev.tandem.storage.log.Log;
import dev.tandem.storage.record.BodyReference;
import dev.tandem.storage.record.MessageView;
import dev.tandem.storage.record.Origin;
import dev.tandem.storage.record.RecordBatchLayout;
import dev.tandem.storage.record.StoredEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Prints entries: envelope, batches, and their records or messages; sizes of payloads, never payloads. */
final class EntryPrinter {
    private static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");

    private final Log log;
    private final AckSetView acknowledged;
    private final Lines lines;

    /**
     * A printer for one log.
     *
     * @param acknowledged of the queue that the log may be of: bodies of what is acknowledged may be gone
     */
    EntryPrinter(Log log, AckSetView acknowledged, Lines lines) {
        this.log = log;
        this.acknowledged = acknowledged;
        this.lines = lines;
    }

    void print(StoredEntry entry) {
        var envelope = entry.envelope();
        lines.print(
                "entry",
                entry.baseOffset() + ".." + (entry.endOffset() - 1),
                envelope.origin() == Origin.AMQP ? "amqp" : "kafka",
                envelope.isTransient() ? "transient" : "durable",
                entry.value().length() + " bytes",
                envelope.earliestExpiryMillis() == Long.MAX_VALUE
                        ? "expires never"
                        : "expires from " + time(envelope.earliestExpiryMillis()),
                envelope.sharesBodies() ? "shares bodies" : "no shared bodies",
                envelope.isSparse() ? "sparse" : "whole");
        try {
            printBatches(entry);
        } catch (CorruptData | IndexOutOfBoundsException e) {
            // What is wrong was reported when the entry was checked.
            lines.print("  the rest cannot be read", String.valueOf(e.getMessage()));
        }
    }

    private void printBatches(StoredEntry entry) {
        var batches = entry.batches();
        byte[] array = batches.array();
        int end = batches.offset() + batches.length();
        for (int at = batches.offset(); at < end; ) {
            if (end - at < RecordBatchLayout.HEADER_SIZE) {
                throw new CorruptData((end - at) + " bytes are no batch");
            }
            int size = RecordBatchLayout.sizeInBytes(array, at);
            if (size < RecordBatchLayout.HEADER_SIZE || size > end - at) {
                throw new CorruptData("a batch claims " + size + " bytes");
            }
            boolean isSound = RecordBatchLayout.getInt(array, at + RecordBatchLayout.CRC)
                    == RecordBatchLayout.computeCrc(array, at, size);
            printBatch(array, at, size, isSound);
            if (isSound && entry.envelope().origin() == Origin.KAFKA) {
                BatchRecords.read(array, at, size).forEach(this::printRecord);
            }
            at += size;
        }
        if (entry.envelope().origin() == Origin.AMQP) {
            for (int i = 0; i < entry.recordCount(); i++) {
                printMessage(entry.message(i));
            }
        }
    }

    private void printBatch(byte[] array, int at, int size, boolean isSound) {
        short attributes = RecordBatchLayout.getShort(array, at + RecordBatchLayout.ATTRIBUTES);
        long first = RecordBatchLayout.getLong(array, at + RecordBatchLayout.BASE_OFFSET);
        int codec = attributes & RecordBatchLayout.COMPRESSION_MASK;
        var cells = new ArrayList<Object>(List.of(
                "  batch",
                first + ".." + (first + RecordBatchLayout.getInt(array, at + RecordBatchLayout.LAST_OFFSET_DELTA)),
                RecordBatchLayout.getInt(array, at + RecordBatchLayout.RECORDS_COUNT) + " records",
                size + " bytes",
                isSound ? "crc ok" : "crc WRONG",
                "epoch " + RecordBatchLayout.getInt(array, at + RecordBatchLayout.LEADER_EPOCH),
                "compression " + (codec < CODECS.size() ? CODECS.get(codec) : Integer.toString(codec)),
                time(RecordBatchLayout.firstTimestamp(array, at)) + ".."
                        + time(RecordBatchLayout.maxTimestamp(array, at))));
        long producer = RecordBatchLayout.getLong(array, at + RecordBatchLayout.PRODUCER_ID);
        if (producer >= 0) {
            cells.add("producer " + producer + " epoch "
                    + RecordBatchLayout.getShort(array, at + RecordBatchLayout.PRODUCER_EPOCH) + " sequence "
                    + RecordBatchLayout.getInt(array, at + RecordBatchLayout.BASE_SEQUENCE));
        }
        if ((attributes & RecordBatchLayout.TRANSACTIONAL_MASK) != 0) {
            cells.add("transactional");
        }
        if ((attributes & RecordBatchLayout.CONTROL_MASK) != 0) {
            cells.add("control");
        }
        lines.print(cells.toArray());
    }

    private void printRecord(BatchRecords.Row row) {
        lines.print(
                "    record",
                row.offset(),
                time(row.timestampMillis()),
                row.keyBytes() < 0 ? "no key" : "key " + row.keyBytes() + " bytes",
                row.valueBytes() < 0 ? "no value" : "value " + row.valueBytes() + " bytes",
                row.headers() + " headers");
    }

    private void printMessage(MessageView message) {
        BodyReference shared = message.sharedBody();
        lines.print(
                "    message",
                message.offset(),
                "exchange '" + new String(message.exchange().toByteArray(), UTF_8) + "'",
                "key '" + new String(message.routingKey().toByteArray(), UTF_8) + "'",
                message.bodyLength() + " bytes" + (shared == null ? "" : ", shared body " + shared.id()),
                message.isPersistent() ? "persistent" : "not persistent",
                acknowledged.contains(message.offset()) ? "acknowledged" : "ready");
        if (shared != null && !acknowledged.contains(message.offset())) {
            try {
                log.readMessages(message.offset(), message.offset() + 1, 1);
            } catch (CorruptData e) {
                lines.damage(String.valueOf(e.getMessage()));
            }
        }
    }

    private static String time(long millis) {
        return millis < 0 ? "no time" : Instant.ofEpochMilli(millis).toString();
    }
}
