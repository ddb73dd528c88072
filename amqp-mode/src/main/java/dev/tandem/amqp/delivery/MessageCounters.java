package dev.tandem.amqp.delivery;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Totals since start, counted where things happen. Safe for use from any thread. */
public final class MessageCounters {
    /** Reasons name exchanges, which clients name: further ones share a line. */
    private static final int MAX_REASONS = 1000;

    private static final String OTHER_REASONS = "other exchanges";

    private final LongAdder queuesDeclared = new LongAdder();
    private final LongAdder queuesDeleted = new LongAdder();
    private final LongAdder published = new LongAdder();
    private final LongAdder publishedConfirm = new LongAdder();
    private final LongAdder confirmed = new LongAdder();
    private final LongAdder routed = new LongAdder();
    private final LongAdder returned = new LongAdder();
    private final LongAdder deliveredManualAck = new LongAdder();
    private final LongAdder deliveredAutoAck = new LongAdder();
    private final LongAdder gotManualAck = new LongAdder();
    private final LongAdder gotAutoAck = new LongAdder();
    private final LongAdder getEmpty = new LongAdder();
    private final LongAdder redelivered = new LongAdder();
    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder unroutableDropped = new LongAdder();
    private final Map<String, LongAdder> dropped = new ConcurrentHashMap<>();

    /** A message was dropped; the reason is a sentence. */
    public void dropped(String reason) {
        unroutableDropped.increment();
        String line = dropped.size() < MAX_REASONS || dropped.containsKey(reason) ? reason : OTHER_REASONS;
        dropped.computeIfAbsent(line, ignored -> new LongAdder()).increment();
    }

    public LongAdder queuesDeclared() {
        return queuesDeclared;
    }

    public LongAdder queuesDeleted() {
        return queuesDeleted;
    }

    public LongAdder published() {
        return published;
    }

    public LongAdder publishedConfirm() {
        return publishedConfirm;
    }

    public LongAdder confirmed() {
        return confirmed;
    }

    public LongAdder routed() {
        return routed;
    }

    public LongAdder returned() {
        return returned;
    }

    public LongAdder deliveredManualAck() {
        return deliveredManualAck;
    }

    public LongAdder deliveredAutoAck() {
        return deliveredAutoAck;
    }

    public LongAdder gotManualAck() {
        return gotManualAck;
    }

    public LongAdder gotAutoAck() {
        return gotAutoAck;
    }

    public LongAdder getEmpty() {
        return getEmpty;
    }

    public LongAdder redelivered() {
        return redelivered;
    }

    public LongAdder acknowledged() {
        return acknowledged;
    }

    /** Messages that no binding matched and nobody wanted back. */
    public LongAdder unroutableDropped() {
        return unroutableDropped;
    }

    /** The same by reason. */
    public Map<String, Long> droppedByReason() {
        var reasons = new TreeMap<String, Long>();
        dropped.forEach((reason, count) -> reasons.put(reason, count.sum()));
        return reasons;
    }
}
