package dev.tandem.benchmarks.suite;

import dev.tandem.benchmarks.server.Cache;
import dev.tandem.benchmarks.server.Server;
import dev.tandem.benchmarks.server.TandemServer;
import dev.tandem.benchmarks.tool.Tool;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One invocation: its options, the alternation of the sides, and the report. */
public final class Bench {
    /** Which brokers are measured. */
    public enum Side {
        TANDEM,
        PEER
    }

    private final Path home;
    private final Cache cache;
    private final Path work;
    private final int pairs;
    private final List<String> wanted;
    private final double scale;
    private final @Nullable Side only;
    private final List<String> settings;
    private final PrintStream out;
    private boolean allMeasured = true;
    private final Set<String> described = new HashSet<>();
    private int directories;

    /** An invocation with the options of the command line. */
    public Bench(
            Path home,
            Cache cache,
            Path work,
            int pairs,
            List<String> wanted,
            double scale,
            @Nullable Side only,
            List<String> settings,
            PrintStream out) {
        this.home = home;
        this.cache = cache;
        this.work = work;
        this.pairs = pairs;
        this.wanted = List.copyOf(wanted);
        this.scale = scale;
        this.only = only;
        this.settings = List.copyOf(settings);
        this.out = out;
    }

    /** True when every scenario so far gave its figures. */
    public boolean allMeasured() {
        return allMeasured;
    }

    Cache cache() {
        return cache;
    }

    /** A count or a number of seconds, scaled, at least 1. */
    int scaled(int full) {
        return (int) Math.max(1, Math.round(full * scale));
    }

    /** A directory for one start of a broker. */
    Path newDirectory(String broker) {
        return work.resolve(broker + "-" + ++directories);
    }

    TandemServer startTandem() {
        return TandemServer.start(home, newDirectory("tandem"), settings);
    }

    boolean measures(Side side) {
        return only == null || only == side;
    }

    boolean isWanted(String scenario) {
        return wanted.isEmpty() || wanted.stream().anyMatch(scenario::contains);
    }

    void comment(String text) {
        out.println("# " + text);
    }

    /** Says what is compared and how to read it. */
    void introduce() {
        comment(machine());
        comment("a ratio is Tandem divided by peer: above 1 is better for a rate, below 1 for time and memory");
        comment("row\tTandem median\tpeer median\tmedian pair ratio\tlowest\thighest");
    }

    /** Says what the storage suite compares. */
    void introduceStorage() {
        comment(machine());
        comment("peer: RocksDB alone, through JNI, one writer of large batches and a syncing thread");
        comment("synced: answered once the write-ahead log is synced; written: once it is with the operating system");
        comment("row\tTandem median\tRocksDB median\tmedian pair ratio\tlowest\thighest");
    }

    /** A load average near the number of cores says that others were at work too. */
    private String machine() {
        return Runtime.getRuntime().availableProcessors() + " cores, shared by all that runs, Java "
                + Runtime.version().feature() + ", " + pairs + " pairs, load average before: "
                + ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    /** Says once which version of a broker is measured and what its acknowledgements promise. */
    void describe(@Nullable Server server) {
        if (server != null && described.add(server.title())) {
            comment(server.title() + ": " + server.durability());
        }
    }

    /**
     * Warms both sides with one run, then measures pairs, each side first in turn, and prints one line a row.
     *
     * @param rows names of the figures that one run gives, in their order
     */
    void compare(String scenario, List<String> rows, Supplier<List<Double>> tandem, Supplier<List<Double>> peer) {
        compare(scenario, rows, tandem, peer, 1, pairs);
    }

    /** As {@link #compare}, for runs so long that they need no warm-up and no more than two pairs. */
    void compareLong(String scenario, List<String> rows, Supplier<List<Double>> tandem, Supplier<List<Double>> peer) {
        compare(scenario, rows, tandem, peer, 0, Math.min(2, pairs));
    }

    private void compare(
            String scenario,
            List<String> rows,
            Supplier<List<Double>> tandem,
            Supplier<List<Double>> peer,
            int warmUps,
            int pairs) {
        if (!isWanted(scenario)) {
            return;
        }
        try {
            for (int i = 0; i < warmUps; i++) {
                measure(scenario + " warm-up", tandem, peer, true);
            }
            var measured = new ArrayList<Pair>();
            for (int pair = 0; pair < pairs; pair++) {
                measured.add(measure(scenario + " pair " + (pair + 1), tandem, peer, pair % 2 == 0));
            }
            for (int row = 0; row < rows.size(); row++) {
                int figure = row;
                out.println(new RowResult(
                                rows.get(row),
                                measured.stream()
                                        .map(pair -> pair.figures(figure))
                                        .toList())
                        .line());
            }
        } catch (RuntimeException e) {
            allMeasured = false;
            comment(scenario + " was not measured: "
                    + String.valueOf(e.getMessage())
                            .lines()
                            .findFirst()
                            .orElse("")
                            .strip());
            System.err.println(e.getMessage());
        }
    }

    private Pair measure(String what, Supplier<List<Double>> tandem, Supplier<List<Double>> peer, boolean tandemFirst) {
        List<Double> tandemFigures = List.of();
        List<Double> peerFigures = List.of();
        for (Side side : tandemFirst ? List.of(Side.TANDEM, Side.PEER) : List.of(Side.PEER, Side.TANDEM)) {
            if (measures(side)) {
                settleDisk();
                System.err.println(what + ": " + side);
                if (side == Side.TANDEM) {
                    tandemFigures = tandem.get();
                } else {
                    peerFigures = peer.get();
                }
            }
        }
        return new Pair(tandemFigures, peerFigures);
    }

    /** What one side left in the page cache must not be written back during the other side's run. */
    private static void settleDisk() {
        Tool.run(List.of("sync"), Duration.ofMinutes(2));
    }

    /** What both sides gave; empty where a side is not measured. */
    private record Pair(List<Double> tandem, List<Double> peer) {

        RowResult.Figures figures(int row) {
            return new RowResult.Figures(
                    tandem.isEmpty() ? Double.NaN : tandem.get(row), peer.isEmpty() ? Double.NaN : peer.get(row));
        }
    }
}
