package dev.tandem.amqp.connection;

import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Heartbeats both ways (AMQP 0-9-1 §4.2.7): sends one when nothing was written for half the interval, drops the socket
 * after two to two and a half intervals without an octet. While we do not read, silence proves nothing.
 */
final class Heartbeat {
    /** In half intervals. */
    private static final int SILENT_TICKS = 5;

    private final Transport transport;
    private final Runnable onSilence;
    private @Nullable Future<?> ticks;
    private long bytesSeen;
    private int silentTicks;

    Heartbeat(Transport transport, Runnable onSilence) {
        this.transport = transport;
        this.onSilence = onSilence;
    }

    void start(int intervalSeconds) {
        if (intervalSeconds > 0) {
            long halfMillis = intervalSeconds * 500L;
            ticks = transport
                    .eventLoop()
                    .scheduleAtFixedRate(this::tick, halfMillis, halfMillis, TimeUnit.MILLISECONDS);
        }
    }

    void stop() {
        if (ticks != null) {
            ticks.cancel(false);
        }
    }

    private void tick() {
        if (!transport.takeWrote()) {
            transport.write().heartbeat();
            transport.takeWrote();
        }
        long bytes = transport.bytesIn();
        if (bytes != bytesSeen || transport.isReadingPaused()) {
            bytesSeen = bytes;
            silentTicks = 0;
        } else if (++silentTicks == SILENT_TICKS) {
            stop();
            onSilence.run();
        }
    }
}
