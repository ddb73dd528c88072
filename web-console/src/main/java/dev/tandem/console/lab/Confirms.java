package dev.tandem.console.lab;

import java.util.HashMap;
import java.util.Map;

/** Published messages of one channel that wait for their confirm. */
final class Confirms {
    private final Map<Long, Lane.Acknowledgement> waiting = new HashMap<>();
    /** Lowest sequence number that may still wait. */
    private long low = Long.MAX_VALUE;

    synchronized void expect(long sequenceNumber, Lane.Acknowledgement whenDone) {
        low = Math.min(low, sequenceNumber);
        waiting.put(sequenceNumber, whenDone);
    }

    synchronized void complete(long sequenceNumber, boolean multiple, boolean acknowledged) {
        if (!multiple) {
            done(sequenceNumber, acknowledged);
            return;
        }
        for (long number = low; number <= sequenceNumber; number++) {
            done(number, acknowledged);
        }
        low = Math.max(low, sequenceNumber + 1);
    }

    private void done(long number, boolean acknowledged) {
        Lane.Acknowledgement whenDone = waiting.remove(number);
        if (whenDone != null) {
            whenDone.done(acknowledged);
        }
    }
}
