package dev.tandem.kafka.wire;

import dev.tandem.kafka.KafkaCounters;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The open connections. Safe for use from any thread. */
public final class ConnectionTable {
    private final Set<KafkaConnection> open = ConcurrentHashMap.newKeySet();
    private final KafkaCounters counters;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private volatile boolean draining;

    public ConnectionTable(KafkaCounters counters) {
        this.counters = counters;
    }

    KafkaCounters counters() {
        return counters;
    }

    /** How many connections are open. */
    public int size() {
        return open.size();
    }

    /** Open connections, oldest first. */
    public List<ConnectionStats> connections() {
        return open.stream()
                .map(KafkaConnection::stats)
                .sorted(Comparator.comparing(ConnectionStats::connectedAt))
                .toList();
    }

    /**
     * Lets every connection answer what it has started, then closes it; new ones are closed at once.
     *
     * @return completes when none is open
     */
    public CompletableFuture<Void> drain() {
        draining = true;
        open.forEach(KafkaConnection::drain);
        completeIfDrained();
        return drained;
    }

    void opened(KafkaConnection connection) {
        counters.connectionOpened();
        open.add(connection);
        if (draining) {
            connection.drain();
        }
    }

    void closed(KafkaConnection connection) {
        if (open.remove(connection)) {
            counters.connectionClosed();
        }
        completeIfDrained();
    }

    private void completeIfDrained() {
        if (draining && open.isEmpty()) {
            drained.complete(null);
        }
    }
}
