package dev.tandem.storage;

import java.util.ArrayList;
import java.util.List;

/**
 * How values since start are distributed: counts in buckets.
 *
 * @param bounds largest value of each bucket, ascending; one more bucket holds what is larger
 * @param counts values of each bucket, the last one included
 * @param sum all values together
 */
public record Distribution(List<Long> bounds, List<Long> counts, long sum) {
    public Distribution {
        bounds = List.copyOf(bounds);
        counts = List.copyOf(counts);
        if (counts.size() != bounds.size() + 1) {
            throw new IllegalArgumentException(
                    bounds.size() + " bounds make " + (bounds.size() + 1) + " buckets, not " + counts.size());
        }
    }

    /** How many values there are. */
    public long count() {
        return counts.stream().mapToLong(Long::longValue).sum();
    }

    /** The mean; 0 when there are no values. */
    public double mean() {
        long count = count();
        return count == 0 ? 0 : (double) sum / count;
    }

    /** The values that came after an earlier look at the same distribution. */
    public Distribution since(Distribution before) {
        var differences = new ArrayList<Long>(counts.size());
        for (int i = 0; i < counts.size(); i++) {
            differences.add(counts.get(i) - before.counts.get(i));
        }
        return new Distribution(bounds, differences, sum - before.sum);
    }

    /**
     * About the value that a part of the values does not exceed: exact to the bucket, estimated within it. Of the last
     * bucket its lower bound; 0 when there are no values.
     *
     * @param part from 0 to 1
     */
    public long quantile(double part) {
        double wanted = part * count();
        double below = 0;
        for (int i = 0; i < bounds.size(); i++) {
            long here = counts.get(i);
            if (here > 0 && below + here >= wanted) {
                long from = i == 0 ? 0 : bounds.get(i - 1);
                return from + Math.round((bounds.get(i) - from) * Math.max(0, wanted - below) / here);
            }
            below += here;
        }
        return count() == 0 ? 0 : bounds.get(bounds.size() - 1);
    }
}
