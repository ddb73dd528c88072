package dev.tandem.amqp.channel;

import dev.tandem.amqp.connection.ConnectionPort;
import dev.tandem.storage.commit.AppendBudget;
import dev.tandem.storage.nondurable.MemoryBudget;
import java.util.concurrent.TimeUnit;

/**
 * Stops reading a channel's connection while a budget of the engine is used up. Belongs to the channel's event loop.
 *
 * <p>A socket that is not read holds back acknowledgements too. For commits that does no harm: what is in flight gets
 * written without them. Messages of queues that are not stored leave memory by being spilled, which needs no
 * acknowledgements either; but when the disk takes nothing they may be the only way out. So a connection that waits for
 * memory goes on a little every so often, as far as the budget's reserve goes.
 */
final class Backpressure {
    private static final long TRICKLE_MILLIS = 50;
    /** One for all channels: whichever finds memory lets the connection go on. */
    private static final Object MEMORY_REASON = new Object();

    private final Object storageReason = new Object();
    private final ConnectionPort connection;
    private final AppendBudget appends;
    private final MemoryBudget memory;
    private boolean waitsForStorage;
    private boolean waitsForMemory;
    private boolean closed;

    Backpressure(ConnectionPort connection, AppendBudget appends, MemoryBudget memory) {
        this.connection = connection;
        this.appends = appends;
        this.memory = memory;
    }

    /** Something was published: stops reading when a budget is exhausted now. */
    void check() {
        if (!waitsForStorage && appends.isExhausted()) {
            waitsForStorage = true;
            connection.pauseReading(storageReason);
            appends.whenAvailable(connection.eventLoop(), () -> {
                waitsForStorage = false;
                connection.resumeReading(storageReason);
            });
        }
        if (memory.isExhausted()) {
            connection.pauseReading(MEMORY_REASON);
            if (!waitsForMemory) {
                waitsForMemory = true;
                memory.whenAvailable(connection.eventLoop(), this::onMemory);
                trickleLater();
            }
        }
    }

    /** The channel is gone; others of the connection publish and wait on their own. */
    void close() {
        closed = true;
        connection.resumeReading(MEMORY_REASON);
    }

    private void onMemory() {
        waitsForMemory = false;
        connection.resumeReading(MEMORY_REASON);
    }

    private void trickleLater() {
        connection.eventLoop().schedule(this::trickle, TRICKLE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Reads on until something is published again. */
    private void trickle() {
        if (waitsForMemory && !closed) {
            if (!memory.isReserveExhausted()) {
                connection.resumeReading(MEMORY_REASON);
            }
            trickleLater();
        }
    }
}
