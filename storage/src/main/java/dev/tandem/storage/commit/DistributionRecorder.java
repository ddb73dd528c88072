package dev.tandem.storage.commit;

import dev.tandem.storage.Distribution;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** Counts values in buckets: on one thread, looked at by any. */
final class DistributionRecorder {
    private final long[] bounds;
    private final AtomicLongArray counts;
    private final AtomicLong sum = new AtomicLong();

    /** Buckets up to, and including, each of these values. */
    DistributionRecorder(long... bounds) {
        this.bounds = bounds.clone();
        this.counts = new AtomicLongArray(bounds.length + 1);
    }

    void record(long value) {
        int found = Arrays.binarySearch(bounds, value);
        int bucket = found >= 0 ? found : -found - 1;
        counts.lazySet(bucket, counts.getPlain(bucket) + 1);
        sum.lazySet(sum.getPlain() + value);
    }

    Distribution snapshot() {
        List<Long> all = new ArrayList<>(counts.length());
        for (int i = 0; i < counts.length(); i++) {
            all.add(counts.get(i));
        }
        return new Distribution(Arrays.stream(bounds).boxed().toList(), all, sum.get());
    }
}
