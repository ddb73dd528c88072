package dev.tandem.benchmarks.suite;

/** The engine, in this process, against RocksDB alone through its Java binding. One class per group of rows. */
public final class StorageSuite {
    private final Bench bench;

    /** The suite of an invocation. */
    public StorageSuite(Bench bench) {
        this.bench = bench;
    }

    /** Measures every wanted row. */
    public void run() {
        bench.introduceStorage();
        new AppendSuite(bench).run();
        new JniSuite(bench).run();
        new ReadSuite(bench).run();
        new BacklogSuite(bench).run();
        new AckSuite(bench).run();
        new FanOutSuite(bench).run();
        new NonDurableSuite(bench).run();
    }
}
