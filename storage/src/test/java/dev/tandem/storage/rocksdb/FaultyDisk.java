package dev.tandem.storage.rocksdb;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** A disk that fails when told to, beneath an engine. Safe for use from any thread. */
public final class FaultyDisk {
    /** How a disk fails. */
    public enum Fault {
        /** The bytes of a write do not reach the disk. */
        WRITE_LOST,
        /** They do, and the write is reported as failed. */
        WRITE_LANDED,
        /** A sync fails; what was written stays in the page cache. */
        SYNC_FAILED,
        /** A sync fails and pages are lost, see {@link #whenReopened}. */
        PAGES_LOST
    }

    /** Where an {@link Error} may strike the thread that uses the database. */
    public enum Place {
        READ,
        WRITE,
        SYNC
    }

    /** Runs while the database is closed. */
    @FunctionalInterface
    public interface Damage {
        void to(Path database) throws IOException;
    }

    private final RocksStore store;
    private final AtomicInteger countdown = new AtomicInteger();
    private volatile Fault fault = Fault.WRITE_LOST;
    private volatile boolean broken;
    private volatile boolean unreadable;
    private volatile CountDownLatch syncing = new CountDownLatch(0);
    private final Map<Place, Error> errors = new ConcurrentHashMap<>();
    private volatile Damage damage = database -> {};
    private volatile Map<String, Long> syncedBytes = Map.of();

    private FaultyDisk(RocksStore store) {
        this.store = store;
    }

    public static FaultyDisk beneath(RocksStore store) {
        var disk = new FaultyDisk(store);
        store.setFaults(disk.new Faults());
        return disk;
    }

    /** Fails at the n-th write, or sync, from now on, and from then on at everything until {@link #mend}. */
    public void failAt(int n, Fault how) {
        fault = how;
        countdown.set(n);
    }

    /** Fails at everything, at once. */
    public void breakNow() {
        broken = true;
    }

    /** Fails reads. */
    public void breakReads(boolean fail) {
        unreadable = fail;
    }

    /** Throws something that is no failure of a disk, whenever it comes to a place, until {@link #mend}. */
    public void strike(Place place, Error error) {
        errors.put(place, error);
    }

    /** Takes its time for every sync until the latch is down. */
    public void delaySyncs(CountDownLatch until) {
        syncing = until;
    }

    public boolean isBroken() {
        return broken;
    }

    /** Works again. */
    public void mend() {
        countdown.set(0);
        broken = false;
        errors.clear();
    }

    /** Damages files each time the database is closed to be opened again. */
    public void whenReopened(Damage newDamage) {
        damage = newDamage;
    }

    /** Sizes of the write-ahead log's files when the last sync began that did not fail: so much of them is safe. */
    public Map<String, Long> syncedBytes() {
        return syncedBytes;
    }

    private static Map<String, Long> walSizes(Path database) {
        var sizes = new HashMap<String, Long>();
        for (var file : Objects.requireNonNull(database.toFile().listFiles((dir, name) -> name.endsWith(".log")))) {
            sizes.put(file.getName(), file.length());
        }
        return sizes;
    }

    private boolean isDue(boolean isSync) {
        boolean counts = isSync == (fault == Fault.SYNC_FAILED || fault == Fault.PAGES_LOST);
        if (counts && countdown.get() > 0 && countdown.decrementAndGet() == 0) {
            broken = true;
            return true;
        }
        return false;
    }

    private static RocksDBException ioError() {
        return new RocksDBException("injected", new Status(Status.Code.IOError, Status.SubCode.NoSpace, "injected"));
    }

    private void awaitSync() {
        try {
            if (!syncing.await(1, TimeUnit.MINUTES)) {
                throw new AssertionError("nobody ended the sync");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void throwIfStruck(Place place) {
        Error error = errors.get(place);
        if (error != null) {
            throw error;
        }
    }

    private final class Faults implements DiskFaults {
        @Override
        public void beforeWrite() throws RocksDBException {
            throwIfStruck(Place.WRITE);
            if (broken || fault == Fault.WRITE_LOST && isDue(false)) {
                throw ioError();
            }
        }

        @Override
        public void afterWrite() throws RocksDBException {
            if (fault == Fault.WRITE_LANDED && isDue(false)) {
                throw ioError();
            }
        }

        @Override
        public void beforeSync() throws RocksDBException {
            throwIfStruck(Place.SYNC);
            awaitSync();
            if (broken || isDue(true)) {
                throw ioError();
            }
            syncedBytes = walSizes(store.path());
        }

        @Override
        public void beforeRead() throws RocksDBException {
            throwIfStruck(Place.READ);
            if (unreadable) {
                throw ioError();
            }
        }

        @Override
        public void beforeReopen() throws IOException {
            damage.to(store.path());
        }

        @Override
        public void beforeProbe() throws IOException {
            if (broken) {
                throw new IOException("injected");
            }
        }
    }
}
