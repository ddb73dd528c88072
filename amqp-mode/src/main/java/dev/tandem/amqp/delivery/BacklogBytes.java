package dev.tandem.amqp.delivery;

import dev.tandem.storage.cursor.AckSetView;
import dev.tandem.storage.log.Log;
import dev.tandem.storage.log.LogRead;
import dev.tandem.storage.record.MessageView;
import dev.tandem.storage.record.StoredEntry;

/** The bytes that wait in a log when the broker starts, for {@code x-max-length-bytes}: read once, before the first client. */
final class BacklogBytes {
    private static final int READ_BYTES = 1 << 20;

    private BacklogBytes() {}

    /** Adds up the bodies of what is not acknowledged. Blocks: reader pool only. */
    static long of(Log log, AckSetView acks) {
        long bytes = 0;
        long end = log.writtenEnd();
        long at = acks.nextUnacknowledged(Math.max(acks.floor(), log.startOffset()));
        while (at < end) {
            LogRead read = log.read(at, end, READ_BYTES);
            for (StoredEntry entry : read.entries()) {
                bytes += bytesOf(entry, at, end, acks);
            }
            long next = read.nextOffset();
            read.release();
            if (next <= at) {
                break;
            }
            at = next;
        }
        return bytes;
    }

    private static long bytesOf(StoredEntry entry, long from, long end, AckSetView acks) {
        long bytes = 0;
        int records = entry.recordCount();
        for (int i = 0; i < records; i++) {
            MessageView message = entry.message(i);
            long offset = message.offset();
            if (offset >= from && offset < end && acks.nextUnacknowledged(offset) == offset) {
                bytes += message.bodyLength();
            }
        }
        return bytes;
    }
}
