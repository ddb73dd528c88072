package dev.tandem.amqp.connection;

import dev.tandem.amqp.method.ConnectionMethod;
import dev.tandem.storage.alarm.StorageAlarm;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Supplier;

/**
 * Blocks a connection that publishes for as long as the storage engine raises an alarm (RabbitMQ, "Memory and Disk Alarms"):
 * its socket is not read, and the client is told if it understands {@code connection.blocked}. A connection that never
 * published is left alone until it does. Event loop only.
 */
final class AlarmBlock {
    private final AmqpConnection connection;
    private final Transport transport;
    private final Supplier<Optional<StorageAlarm>> alarm;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean publishes;
    private volatile boolean blocked;

    AlarmBlock(AmqpConnection connection, Transport transport, Supplier<Optional<StorageAlarm>> alarm) {
        this.connection = connection;
        this.transport = transport;
        this.alarm = alarm;
    }

    /** Any thread. */
    boolean isBlocked() {
        return blocked;
    }

    /** The connection publishes. */
    void onPublish() {
        if (!publishes) {
            publishes = true;
            update();
        }
    }

    /** Runs an action once there is no alarm; at once when there is none. */
    void whenUnblocked(Runnable action) {
        publishes = true;
        update();
        if (blocked) {
            waiting.add(action);
        } else {
            action.run();
        }
    }

    /** Looks at the alarm: it may have changed. */
    void update() {
        Optional<StorageAlarm> standing = alarm.get();
        if (standing.isPresent() && publishes && !blocked && connection.isRunning()) {
            blocked = true;
            connection.pauseReading(this);
            if (connection.clientCapabilities().connectionBlocked()) {
                transport.write().method(0, new ConnectionMethod.Blocked(reason(standing.get())));
            }
        } else if (standing.isEmpty() && blocked) {
            blocked = false;
            if (connection.isRunning() && connection.clientCapabilities().connectionBlocked()) {
                transport.write().method(0, new ConnectionMethod.Unblocked());
            }
            // What waits was published before anything that is still in the socket.
            while (!blocked && !waiting.isEmpty()) {
                waiting.remove().run();
            }
            connection.resumeReading(this);
        }
    }

    /** The text of RabbitMQ where it has one: people match it. */
    private static String reason(StorageAlarm alarm) {
        return switch (alarm.kind()) {
            case LOW_SPACE -> "low on disk";
            case WRITE_FAILED -> "the disk takes no writes";
            case DATA_DAMAGED -> "stored data is damaged";
        };
    }
}
