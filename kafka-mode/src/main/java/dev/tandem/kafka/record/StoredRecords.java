package dev.tandem.kafka.record;

import dev.tandem.storage.record.Slice;
import java.util.List;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.RecordsSend;

/** Whole stored batches within a response: written from where they lie, never parsed. */
public final class StoredRecords implements BaseRecords {
    public static final StoredRecords EMPTY = new StoredRecords(List.of());

    private final List<Slice> batches;
    private final int size;

    public StoredRecords(List<Slice> batches) {
        this.batches = batches;
        int bytes = 0;
        for (Slice batch : batches) {
            bytes = Math.addExact(bytes, batch.length());
        }
        size = bytes;
    }

    /** The batches, in offset order. */
    public List<Slice> batches() {
        return batches;
    }

    @Override
    public int sizeInBytes() {
        return size;
    }

    @Override
    public RecordsSend<? extends BaseRecords> toSend() {
        throw new UnsupportedOperationException("stored records are written from their slices");
    }
}
