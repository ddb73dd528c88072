package dev.tandem.storage.alarm;

import java.time.Instant;

/**
 * What is wrong with the disk: why the engine refuses writes for now, or what it has lost.
 *
 * @param reason a sentence for a person: what is wrong, and what ends it
 * @param since when it was raised
 */
public record StorageAlarm(Kind kind, String reason, Instant since) {

    /** What is refused while an alarm lasts. */
    public enum Kind {
        /**
         * Less space is free than {@code storage.disk-free-limit-bytes}: appends are refused; what frees space or adds little
         * (acknowledgements, trims, deletions, offset commits, definitions) goes on.
         */
        LOW_SPACE,
        /** A write or a sync failed: everything is refused until the database has been opened again. Reads go on. */
        WRITE_FAILED,
        /** Stored bytes are not what was written. Stays until the next start; all but what is damaged goes on. */
        DATA_DAMAGED
    }
}
