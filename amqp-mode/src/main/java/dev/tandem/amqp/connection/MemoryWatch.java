package dev.tandem.amqp.connection;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Raises the memory alarm (RabbitMQ, "Memory Threshold") when nearly all of the Java heap is in use even after a collection,
 * and clears it when there is room again. Everything that clients fill has its own bound, so this is the last resort before
 * the process ends for want of memory. Checked by one thread at a time.
 */
public final class MemoryWatch {
    private static final Logger LOGGER = LoggerFactory.getLogger(MemoryWatch.class);
    private static final double RAISE_AT = 0.9;
    private static final double CLEAR_AT = 0.8;
    /** While publishers wait, nothing else may cause a collection that shows how much room there is. */
    private static final int CHECKS_PER_COLLECTION = 10;

    private final DoubleSupplier usage;
    private final Consumer<Boolean> alarm;
    private final Runnable collect;
    private boolean raised;
    private int checksRaised;

    /**
     * A watch.
     *
     * @param usage the share of the heap that is in use
     * @param alarm told when the alarm is raised ({@code true}) or cleared
     * @param collect asks for a collection
     */
    MemoryWatch(DoubleSupplier usage, Consumer<Boolean> alarm, Runnable collect) {
        this.usage = usage;
        this.alarm = alarm;
        this.collect = collect;
    }

    /** A watch of this process. */
    static MemoryWatch ofHeap(Consumer<Boolean> alarm) {
        List<MemoryPoolMXBean> pools = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .toList();
        return new MemoryWatch(() -> usageAfterCollection(pools), alarm, System::gc);
    }

    /** Looks how it stands; to be called every second or so. */
    public void check() {
        double used = usage.getAsDouble();
        if (!raised && used >= RAISE_AT) {
            raised = true;
            checksRaised = 0;
            LOGGER.error("memory is low, {} % of the heap is in use: publishers are blocked", Math.round(100 * used));
            alarm.accept(true);
        } else if (raised && used < CLEAR_AT) {
            raised = false;
            LOGGER.info("memory is no longer low, publishers go on");
            alarm.accept(false);
        } else if (raised && ++checksRaised % CHECKS_PER_COLLECTION == 0) {
            collect.run();
        }
    }

    /** As of the last collection, or now when that is less: what a collection found may be gone since. */
    private static double usageAfterCollection(List<MemoryPoolMXBean> pools) {
        var runtime = Runtime.getRuntime();
        long afterCollection = 0;
        for (MemoryPoolMXBean pool : pools) {
            MemoryUsage kept = pool.getCollectionUsage();
            afterCollection += kept == null ? pool.getUsage().getUsed() : kept.getUsed();
        }
        long now = runtime.totalMemory() - runtime.freeMemory();
        return (double) Math.min(afterCollection, now) / runtime.maxMemory();
    }
}
