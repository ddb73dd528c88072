package dev.tandem.benchmarks.suite;

import dev.tandem.benchmarks.storage.Rate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Runs work of the storage suite on both sides, each run in a directory of its own. */
record StorageRows(Bench bench) {

    /** One run. */
    @FunctionalInterface
    interface Work {
        Rate in(Path directory);
    }

    /** A row of rates; a comment tells what the last runs had besides. */
    void compare(String scenario, String unit, Work tandem, Work peer) {
        var tandemRates = new ArrayList<Rate>();
        var peerRates = new ArrayList<Rate>();
        String name = "storage " + scenario;
        bench.compare(
                name,
                List.of(name + ", " + unit),
                noted(tandemRates, tandem, "tandem", List.of(Figure.RATE)),
                noted(peerRates, peer, "peer", List.of(Figure.RATE)));
        details(tandemRates, "Tandem");
        details(peerRates, "peer");
    }

    /** Rows of rate, syncs a second, and latency from submission to acknowledgement. */
    void compareSynced(String scenario, String unit, Work tandem, Work peer) {
        String name = "storage " + scenario;
        bench.compare(
                name,
                List.of(name + ", " + unit, name + ", syncs/s", name + ", p50 ms", name + ", p99 ms"),
                noted(new ArrayList<>(), tandem, "tandem", List.of(Figure.values())),
                noted(new ArrayList<>(), peer, "peer", List.of(Figure.values())));
    }

    private Supplier<List<Double>> noted(List<Rate> rates, Work work, String side, List<Figure> figures) {
        return () -> {
            Rate rate = work.in(bench.newDirectory(side));
            rates.add(rate);
            return figures.stream().map(figure -> figure.of(rate)).toList();
        };
    }

    private void details(List<Rate> rates, String side) {
        if (!rates.isEmpty() && rates.get(rates.size() - 1).p99Millis() > 0) {
            bench.comment(
                    "  " + side + ", last run: " + rates.get(rates.size() - 1).details());
        }
    }

    private enum Figure {
        RATE,
        SYNCS,
        P50,
        P99;

        double of(Rate rate) {
            return switch (this) {
                case RATE -> rate.perSecond();
                case SYNCS -> rate.syncsPerSecond();
                case P50 -> rate.p50Millis();
                case P99 -> rate.p99Millis();
            };
        }
    }
}
