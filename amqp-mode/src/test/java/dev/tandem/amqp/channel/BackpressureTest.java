package dev.tandem.amqp.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.amqp.connection.ConnectionPort;
import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.nondurable.MemoryBudget;
import dev.tandem.storage.nondurable.TransientLog;
import dev.tandem.storage.record.Slice;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A connection that publishes while there is no memory for messages of queues that are not stored. */
class BackpressureTest {
    /** Counted in, but in no log yet: what cannot be spilled. */
    private static final Slice HALF_A_MEGABYTE = Slice.of(new byte[512 << 10]);

    @TempDir
    private Path dataDir;

    private final EventLoop loop = new DefaultEventLoop();
    private final Set<Object> pauses = ConcurrentHashMap.newKeySet();
    private final AtomicInteger paused = new AtomicInteger();
    private final AtomicInteger resumed = new AtomicInteger();
    private StorageEngine storage;
    private MemoryBudget memory;
    private Backpressure backpressure;

    @BeforeEach
    void open() {
        storage = StorageEngine.open(StorageConfig.defaults(dataDir).withMemoryBytes(16 << 20));
        memory = storage.transientLogs().budget();
        backpressure = new Backpressure(connection(), storage.budget(), memory);
    }

    @AfterEach
    void close() {
        storage.close();
        loop.shutdownGracefully();
    }

    @Test
    void readsOnALittleWhileThereIsAReserve() {
        // given
        int taken = takeUntilExhausted();

        // when
        check();

        // then
        assertThat(paused).hasValue(1);
        await().untilAsserted(() -> assertThat(pauses).isEmpty());

        // when
        check();
        assertThat(paused).hasValue(2);
        release(taken);

        // then
        await().untilAsserted(() -> assertThat(pauses).isEmpty());
        assertThat(memory.isExhausted()).isFalse();
    }

    @Test
    void stopsForGoodWhenTheReserveIsUsedUpUntilThereIsMemory() throws Exception {
        // given
        int taken = takeUntilExhausted();
        while (!memory.isReserveExhausted()) {
            memory.take(HALF_A_MEGABYTE);
            taken++;
        }
        int before = resumed.get();

        // when
        check();
        for (int i = 0; i < 3; i++) {
            // Longer than the pause after which it would read on.
            loop.schedule(() -> {}, 60, TimeUnit.MILLISECONDS).get();
        }

        // then
        assertThat(resumed).hasValue(before);
        assertThat(pauses).hasSize(1);
        release(taken);
        await().untilAsserted(() -> assertThat(pauses).isEmpty());
    }

    @Test
    void leavesNoPauseBehindWhenItsChannelCloses() throws Exception {
        // given
        takeUntilExhausted();
        check();

        // when
        loop.submit(backpressure::close).get();

        // then
        assertThat(pauses).isEmpty();
    }

    private int takeUntilExhausted() {
        int taken = 0;
        while (!memory.isExhausted()) {
            memory.take(HALF_A_MEGABYTE);
            taken++;
        }
        return taken;
    }

    /** Gives what was taken to a log, and deletes that. */
    private void release(int taken) {
        loop.execute(() -> {
            TransientLog log = storage.transientLogs().create(loop, () -> {});
            for (int i = 0; i < taken; i++) {
                log.append(HALF_A_MEGABYTE);
            }
            log.delete();
        });
    }

    private void check() {
        try {
            loop.submit(backpressure::check).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    private ConnectionPort connection() {
        return (ConnectionPort) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ConnectionPort.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "eventLoop":
                            return loop;
                        case "pauseReading":
                            pauses.add(arguments[0]);
                            paused.incrementAndGet();
                            return null;
                        case "resumeReading":
                            pauses.remove(arguments[0]);
                            resumed.incrementAndGet();
                            return null;
                        default:
                            throw new UnsupportedOperationException(method.getName());
                    }
                });
    }
}
