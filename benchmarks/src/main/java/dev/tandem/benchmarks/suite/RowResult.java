package dev.tandem.benchmarks.suite;

import java.util.List;
import java.util.Locale;

/**
 * One row of the report.
 *
 * @param pairs what both sides gave, pair by pair; NaN where a side was not measured
 */
record RowResult(String name, List<Figures> pairs) {

    /** One pair. */
    record Figures(double tandem, double peer) {}

    /** Name, medians of both sides, and median, lowest and highest of the pair ratios, separated by tabs. */
    String line() {
        double[] ratios = pairs.stream()
                .mapToDouble(pair -> pair.tandem() / pair.peer())
                .sorted()
                .toArray();
        return String.join(
                "\t",
                name,
                figure(median(
                        pairs.stream().mapToDouble(Figures::tandem).sorted().toArray())),
                figure(median(pairs.stream().mapToDouble(Figures::peer).sorted().toArray())),
                ratio(median(ratios)),
                ratio(ratios[0]),
                ratio(ratios[ratios.length - 1]));
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static String figure(double value) {
        if (Double.isNaN(value)) {
            return "-";
        }
        return String.format(Locale.ROOT, value >= 100 ? "%.0f" : "%.2f", value);
    }

    private static String ratio(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.3f", value) : "-";
    }
}
