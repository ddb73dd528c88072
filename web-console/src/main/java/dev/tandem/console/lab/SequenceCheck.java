package dev.tandem.console.lab;

import java.util.BitSet;
import java.util.concurrent.atomic.LongAdder;

/** Which messages of a round arrived: none lost, none twice, none before an earlier one. */
final class SequenceCheck {
    private final BitSet[] arrived;
    private final LongAdder unique = new LongAdder();
    private final LongAdder duplicated = new LongAdder();
    private final LongAdder outOfOrder = new LongAdder();

    SequenceCheck(int producers) {
        arrived = new BitSet[producers];
        for (int producer = 0; producer < producers; producer++) {
            arrived[producer] = new BitSet();
        }
    }

    /** One consumer's view of one ordered source: a partition, or the queue. Not for several threads. */
    final class Reader {
        private final long[] last = new long[arrived.length];

        Reader() {
            java.util.Arrays.fill(last, -1);
        }

        /** Whether the message was new. */
        boolean arrived(int producer, long sequence) {
            if (sequence < last[producer]) {
                outOfOrder.increment();
            } else {
                last[producer] = sequence;
            }
            return mark(producer, sequence);
        }
    }

    private boolean mark(int producer, long sequence) {
        BitSet marks = arrived[producer];
        int index = Math.toIntExact(sequence);
        synchronized (marks) {
            if (marks.get(index)) {
                duplicated.increment();
                return false;
            }
            marks.set(index);
        }
        unique.increment();
        return true;
    }

    /** Messages that arrived at least once. */
    long unique() {
        return unique.sum();
    }

    /** Arrivals of messages that had arrived before. */
    long duplicated() {
        return duplicated.sum();
    }

    /** Arrivals after a later message of the same producer, as one consumer of one source saw it. */
    long outOfOrder() {
        return outOfOrder.sum();
    }

    /** Acknowledged messages that never arrived, when {@code acknowledged} is how many each producer was told of. */
    long lost(long[] acknowledged) {
        long lost = 0;
        for (int producer = 0; producer < arrived.length; producer++) {
            synchronized (arrived[producer]) {
                lost += Math.max(0, acknowledged[producer] - arrived[producer].cardinality());
            }
        }
        return lost;
    }
}
