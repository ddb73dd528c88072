package dev.tandem.amqp.connection;

import dev.tandem.amqp.method.ConnectionMethod;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * Blocks a connection that publishes while memory or disk are low (RabbitMQ, "Memory and Disk Alarms"): its socket is not
 * read, and the client is told if it understands {@code connection.blocked}. A connection is left alone until it publishes
 * while the alarm lasts, so that consumers go on. Event loop only.
 */
final class AlarmBlock {
    private static final long RETRY_MILLIS = 500;

    private final AmqpConnection connection;
    private final Transport transport;
    private final ResourceAlarms alarms;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private volatile boolean blocked;

    AlarmBlock(AmqpConnection connection, Transport transport, ResourceAlarms alarms) {
        this.connection = connection;
        this.transport = transport;
        this.alarms = alarms;
    }

    /** Any thread. */
    boolean isBlocked() {
        return blocked;
    }

    /** The connection publishes: content arrives. */
    void onPublish() {
        if (!blocked && alarms.stand()) {
            block();
        }
    }

    /** Runs an action once there is no alarm; at once when there is none. */
    void whenUnblocked(Runnable action) {
        onPublish();
        if (blocked) {
            waiting.add(action);
        } else if (alarms.stand()) {
            // On its way out: nobody will tell it of the end of the alarm, and what it published is not lost with it.
            transport.eventLoop().schedule(() -> whenUnblocked(action), RETRY_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            action.run();
        }
    }

    /** The connection is gone. */
    void end() {
        blocked = false;
        while (!waiting.isEmpty()) {
            whenUnblocked(waiting.remove());
        }
    }

    /** An alarm has come, changed or gone. */
    void update() {
        if (blocked && !alarms.stand()) {
            unblock();
        }
    }

    private void block() {
        if (!connection.isRunning()) {
            return;
        }
        blocked = true;
        connection.pauseReading(this);
        if (connection.clientCapabilities().connectionBlocked()) {
            transport.write().method(0, new ConnectionMethod.Blocked(alarms.reason()));
        }
    }

    private void unblock() {
        blocked = false;
        if (connection.isRunning() && connection.clientCapabilities().connectionBlocked()) {
            transport.write().method(0, new ConnectionMethod.Unblocked());
        }
        // What waits was published before anything that is still in the socket.
        while (!blocked && !waiting.isEmpty()) {
            waiting.remove().run();
        }
        if (!blocked) {
            connection.resumeReading(this);
        }
    }
}
