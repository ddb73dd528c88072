package dev.tandem.benchmarks.suite;

/** The engine against RocksDB alone. */
public final class StorageSuite {
    private final Bench bench;

    /** The suite of an invocation. */
    public StorageSuite(Bench bench) {
        this.bench = bench;
    }

    /** Says that there is no row yet. */
    public void run() {
        bench.comment(
                "there are no storage rows yet: the engine is measured through both protocols, rows kafka and amqp");
    }
}
