package dev.tandem.storage;

import dev.tandem.storage.alarm.DiskWatch;
import dev.tandem.storage.rocksdb.RocksStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What tests of other packages may see of an engine. */
public final class EngineInternals {
    private static final DiskWatch.Pace QUICK =
            new DiskWatch.Pace(Duration.ofMillis(20), Duration.ofMillis(5), Duration.ofMillis(50), Duration.ZERO);

    private EngineInternals() {}

    /** Opens an engine that looks at its disk all the time. */
    public static StorageEngine openWatchful(StorageConfig config) {
        return LocalStorageEngine.open(config, InstantSource.system(), QUICK);
    }

    public static RocksStore storeOf(StorageEngine engine) {
        return ((LocalStorageEngine) engine).store();
    }

    /** Holds the commit thread while {@code submissions} runs: what that submits becomes one group, as far as it can. */
    public static void inOneGroup(StorageEngine engine, Runnable submissions) {
        var submitted = new CountDownLatch(1);
        var held = ((LocalStorageEngine) engine).pipeline().query(() -> {
            try {
                return submitted.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        submissions.run();
        submitted.countDown();
        held.join();
    }
}
