package dev.tandem.storage.commit;

import java.util.concurrent.Executor;

/**
 * The bytes of appends that were submitted and are not yet written. Modes ask {@link #isExhausted} after they submit
 * and stop reading the socket until {@link #whenAvailable} calls back; acks, trims, deletes, offset commits and the
 * group coordinator never wait.
 */
public interface AppendBudget {

    /** True while more bytes are in flight than the budget allows. */
    boolean isExhausted();

    /** Runs {@code resume} on {@code executor} once the budget has room; at once when it has room now. */
    void whenAvailable(Executor executor, Runnable resume);

    /** Bytes in flight now. */
    long inFlightBytes();
}
