package dev.tandem.console.lab;

import java.util.List;

/** A figure over several rounds. */
public record Band(double median, double lowest, double highest) {
    static final Band NONE = new Band(0, 0, 0);

    static Band of(List<Double> values) {
        if (values.isEmpty()) {
            return NONE;
        }
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        double median = sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
        return new Band(median, sorted.get(0), sorted.get(sorted.size() - 1));
    }

    boolean overlaps(Band other) {
        return lowest <= other.highest && other.lowest <= highest;
    }
}
