package dev.tandem.console.testsupport;

import dev.tandem.amqp.AmqpConfig;
import dev.tandem.amqp.AmqpServer;
import dev.tandem.console.BrokerAddresses;
import dev.tandem.console.BrokerInfo;
import dev.tandem.console.ConsoleConfig;
import dev.tandem.console.ConsoleServer;
import dev.tandem.kafka.KafkaConfig;
import dev.tandem.kafka.KafkaServer;
import dev.tandem.kafka.record.KafkaRecordUnpacker;
import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.StorageEngine;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** Engine, both modes and the console, on free ports of the loopback address. */
public final class BrokerFixture implements AutoCloseable {
    private static final List<String> HOSTS = List.of("127.0.0.1");
    private static final int LOOPS = 2;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(LOOPS));
    private final StorageEngine storage;
    private final KafkaServer kafka;
    private final AmqpServer amqp;
    private final ConsoleServer console;

    public BrokerFixture(Path dataDir, int consolePort) {
        var config = StorageConfig.defaults(dataDir);
        storage = StorageEngine.open(config);
        kafka = new KafkaServer(vertx, storage, KafkaConfig.defaults().withPort(0), HOSTS, LOOPS);
        kafka.start().await();
        amqp = new AmqpServer(
                vertx,
                storage,
                KafkaRecordUnpacker.INSTANCE,
                AmqpConfig.defaults().withPort(0),
                HOSTS,
                LOOPS);
        amqp.start().await();
        console = new ConsoleServer(
                vertx,
                kafka.admin(),
                amqp.admin(),
                ConsoleConfig.defaults().withPort(consolePort),
                HOSTS,
                new BrokerInfo(
                        "0.1.0",
                        config,
                        storage::metrics,
                        storage::alarm,
                        storage::backup,
                        this::addresses,
                        this::addresses,
                        () -> true));
        console.start().await();
    }

    public BrokerAddresses addresses() {
        return new BrokerAddresses("127.0.0.1:" + kafka.port(), "amqp://guest:guest@127.0.0.1:" + amqp.port() + "/");
    }

    public URI consoleUri() {
        return URI.create("http://127.0.0.1:" + console.port() + "/");
    }

    public KafkaServer kafka() {
        return kafka;
    }

    public AmqpServer amqp() {
        return amqp;
    }

    @Override
    public void close() {
        console.stop().await();
        amqp.stop().await();
        kafka.stop().await();
        storage.close();
        vertx.close().await();
    }
}
