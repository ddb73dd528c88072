package dev.tandem.storage;

/** What the engine refuses or fails at; every message names the entity and the reason. */
public abstract sealed class StorageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private StorageException(String message) {
        super(message);
    }

    private StorageException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The log, definition or cursor does not exist. */
    public static final class NotFound extends StorageException {
        private static final long serialVersionUID = 1L;

        public NotFound(String message) {
            super(message);
        }
    }

    /** The definition to be created exists already. */
    public static final class AlreadyExists extends StorageException {
        private static final long serialVersionUID = 1L;

        public AlreadyExists(String message) {
            super(message);
        }
    }

    /** A precondition evaluated in apply did not hold; nothing of the commit was applied. */
    public static final class PreconditionFailed extends StorageException {
        private static final long serialVersionUID = 1L;

        /** Which precondition. */
        public enum Reason {
            /** The batch's first sequence does not follow the producer's last one. */
            OUT_OF_ORDER_SEQUENCE,
            /** The producer's epoch is older than the one the log has seen. */
            PRODUCER_FENCED,
            /** Shared bodies of the commit and the messages that refer to them do not go together. */
            SHARED_BODY,
            /** The range to rewrite is no longer what was read: nothing of it was touched, read it again. */
            RANGE_MOVED,
        }

        private final Reason reason;

        public PreconditionFailed(Reason reason, String message) {
            super(message);
            this.reason = reason;
        }

        public Reason reason() {
            return reason;
        }
    }

    /** The data directory cannot be opened, with the reason as a sentence for a person at a terminal. */
    public static final class DirectoryRefused extends StorageException {
        private static final long serialVersionUID = 1L;

        public DirectoryRefused(String message) {
            super(message);
        }
    }

    /** Stored bytes are not what was written: checksum, length or version is wrong. */
    public static final class CorruptData extends StorageException {
        private static final long serialVersionUID = 1L;

        public CorruptData(String message) {
            super(message);
        }
    }

    /**
     * The engine takes no such commit for now, and will again by itself: {@link StorageEngine#alarm} says why. Nothing of
     * the commit was applied, unless a write failed half-way: then it may come back with the recovery.
     */
    public static final class WritesSuspended extends StorageException {
        private static final long serialVersionUID = 1L;

        public WritesSuspended(String message) {
            super(message);
        }
    }

    /** RocksDB or the disk failed, or the engine is closed. */
    public static final class StorageFailure extends StorageException {
        private static final long serialVersionUID = 1L;

        public StorageFailure(String message) {
            super(message);
        }

        public StorageFailure(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
