package dev.tandem.amqp.channel;

import dev.tandem.amqp.delivery.LongArray;
import dev.tandem.storage.record.Slice;
import java.util.ArrayList;
import java.util.List;

/** What a channel publishes in one turn to a queue that is not stored. */
final class TransientBatch {
    private final List<Slice> records = new ArrayList<>();
    private final LongArray sequences = new LongArray();

    /**
     * Adds a message.
     *
     * @param sequence the number of its publish, 0 without confirms
     */
    void add(Slice record, long sequence) {
        records.add(record);
        sequences.add(sequence);
    }

    List<Slice> records() {
        return records;
    }

    /** The number of the publish at an index. */
    long sequence(int index) {
        return sequences.get(index);
    }
}
