package dev.tandem.storage.log;

import dev.tandem.storage.buffer.Lease;
import dev.tandem.storage.record.StoredEntry;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What a read found. The entries may lie in memory that is used again once the cache and all readers are done with it: a
 * reader that says so by {@link #release} must not look at the entries afterwards. One that never does keeps them for good,
 * and costs the engine a fresh array.
 *
 * @param entries whole stored entries in offset order; the first may begin below the offset asked for
 * @param nextOffset where to read on
 * @param hold what the reader keeps from being used again
 */
public record LogRead(List<StoredEntry> entries, long nextOffset, Hold hold) {

    /** A read whose entries lie in memory of their own. */
    public LogRead(List<StoredEntry> entries, long nextOffset) {
        this(entries, nextOffset, Hold.NOTHING);
    }

    /** Says that the reader is done with the entries and everything they refer to; once or more often. */
    public void release() {
        hold.release();
    }

    /** What a reader keeps from being used again. Any thread. */
    public static final class Hold {
        private static final Hold NOTHING = new Hold(List.of());

        private final AtomicReference<List<Lease>> leases;

        private Hold(List<Lease> leases) {
            this.leases = new AtomicReference<>(leases);
        }

        static Hold of(List<Lease> leases) {
            return leases.isEmpty() ? NOTHING : new Hold(leases);
        }

        private void release() {
            if (this != NOTHING) {
                leases.getAndSet(List.of()).forEach(Lease::release);
            }
        }
    }
}
