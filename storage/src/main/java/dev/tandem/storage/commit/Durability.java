package dev.tandem.storage.commit;

/** Which watermark a commit's result waits for. */
public enum Durability {
    /** In the WAL, handed to the operating system: survives kill -9. */
    WRITTEN,
    /** The WAL is synced: survives power loss (subject to {@code storage.sync}). */
    SYNCED
}
