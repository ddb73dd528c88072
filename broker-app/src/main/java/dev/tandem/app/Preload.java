package dev.tandem.app;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import org.apache.kafka.common.protocol.ApiKeys;

/**
 * Loads what a start is going to need on a second thread, while the main thread reads command line and configuration.
 *
 * <p>Nothing depends on it: what it has not loaded in time is loaded where it is used.
 */
final class Preload {
    private Preload() {}

    static void begin() {
        var thread = new Thread(Preload::run, "tandem-preload");
        thread.setDaemon(true);
        thread.start();
    }

    private static void run() {
        // A Vert.x of the smallest kind brings most of Netty along.
        Vertx.vertx(new VertxOptions()
                        .setEventLoopPoolSize(1)
                        .setWorkerPoolSize(1)
                        .setInternalBlockingPoolSize(1))
                .close();
        // The class initialiser builds the schemas of all Kafka messages.
        ApiKeys.values();
    }
}
