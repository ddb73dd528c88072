package dev.tandem.kafka.wire;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** What is known and counted of one connection. Written by its event loop, read by any thread. */
public final class ConnectionStats {
    private static final int MAX_NAME = 128;

    private final InetSocketAddress remoteAddress;
    private final Instant connectedAt = Instant.now();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong bytesIn = new AtomicLong();
    private final AtomicLong bytesOut = new AtomicLong();
    private volatile String clientId = "";
    private volatile String software = "";

    ConnectionStats(InetSocketAddress remoteAddress) {
        this.remoteAddress = remoteAddress;
    }

    void received(int bytes) {
        bytesIn.lazySet(bytesIn.get() + bytes);
    }

    void sent(int bytes) {
        bytesOut.lazySet(bytesOut.get() + bytes);
    }

    void requested(String id) {
        requests.lazySet(requests.get() + 1);
        if (clientId.isEmpty() && !id.isEmpty()) {
            clientId = shorten(id);
        }
    }

    void introduced(String name, String version) {
        if (!name.isEmpty()) {
            software = shorten(name + " " + version);
        }
    }

    public InetSocketAddress remoteAddress() {
        return remoteAddress;
    }

    public Instant connectedAt() {
        return connectedAt;
    }

    public long requests() {
        return requests.get();
    }

    public long bytesIn() {
        return bytesIn.get();
    }

    public long bytesOut() {
        return bytesOut.get();
    }

    /** The first client id the connection used; empty when none. */
    public String clientId() {
        return clientId;
    }

    /** Name and version of the client library; empty when it did not say. */
    public String software() {
        return software;
    }

    private static String shorten(String text) {
        return text.length() <= MAX_NAME ? text : text.substring(0, MAX_NAME);
    }
}
