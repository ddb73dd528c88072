package dev.tandem.storage.clean;

import dev.tandem.storage.StorageMetrics;
import java.util.concurrent.atomic.LongAdder;

/** What the compaction of logs did since start. Written by the cleaner; read from any thread. */
final class CompactionTotals {
    private final LongAdder runs = new LongAdder();
    private final LongAdder batches = new LongAdder();
    private final LongAdder bytesBefore = new LongAdder();
    private final LongAdder bytesAfter = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    /** A range of batches was replaced by what is left of them. */
    void rewrote(long rangeBatches, long rangeBytes, long survivingBytes) {
        batches.add(rangeBatches);
        bytesBefore.add(rangeBytes);
        bytesAfter.add(survivingBytes);
    }

    /** A run over a log has ended. */
    void ran(long runNanos) {
        runs.increment();
        nanos.add(runNanos);
    }

    StorageMetrics.LogCompaction sum() {
        return new StorageMetrics.LogCompaction(
                runs.sum(), batches.sum(), bytesBefore.sum(), bytesAfter.sum(), nanos.sum());
    }
}
