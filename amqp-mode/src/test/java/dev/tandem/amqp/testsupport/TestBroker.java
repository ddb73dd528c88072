package dev.tandem.amqp.testsupport;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.tandem.amqp.AmqpConfig;
import dev.tandem.amqp.AmqpServer;
import dev.tandem.amqp.admin.AccessAdmin;
import dev.tandem.amqp.admin.AmqpAdmin;
import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.record.RecordUnpacker;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** AMQP mode over a real engine in a directory, on a free port, with connections of the Java client. */
public final class TestBroker implements AutoCloseable {
    /** There are no Kafka clients here. */
    private static final RecordUnpacker UNPACKS_NOTHING = (batches, visitor) -> {};

    private final Vertx vertx = Vertx.vertx();
    private final StorageEngine storage;
    private final AmqpServer server;
    private final List<Connection> connections = new ArrayList<>();

    private TestBroker(StorageEngine storage, RecordUnpacker unpacker, AmqpConfig config) {
        this.storage = storage;
        server = new AmqpServer(vertx, storage, unpacker, config.withPort(0), List.of("127.0.0.1"), 2);
    }

    /** Starts a broker on a directory, which may hold what an earlier one left. */
    public static TestBroker start(Path dataDir) throws TimeoutException {
        return start(StorageConfig.defaults(dataDir));
    }

    /** Starts a broker with an engine of its own settings. */
    public static TestBroker start(StorageConfig config) throws TimeoutException {
        return start(StorageEngine.open(config));
    }

    /** Starts a broker over an engine, which it closes in the end. */
    public static TestBroker start(StorageEngine storage) throws TimeoutException {
        return start(storage, UNPACKS_NOTHING);
    }

    /** Starts a broker over an engine, which it closes in the end, whose topics hold what the unpacker makes of them. */
    public static TestBroker start(StorageEngine storage, RecordUnpacker unpacker) throws TimeoutException {
        return start(storage, unpacker, AmqpConfig.defaults());
    }

    /** Starts a broker with settings of its own on a directory. */
    public static TestBroker start(Path dataDir, AmqpConfig config) throws TimeoutException {
        return start(StorageEngine.open(StorageConfig.defaults(dataDir)), UNPACKS_NOTHING, config);
    }

    private static TestBroker start(StorageEngine storage, RecordUnpacker unpacker, AmqpConfig config)
            throws TimeoutException {
        var broker = new TestBroker(storage, unpacker, config);
        broker.server.start().await(30, TimeUnit.SECONDS);
        return broker;
    }

    public Connection connect() throws IOException, TimeoutException {
        return connect("guest", "guest", "/");
    }

    public Connection connect(String user, String password, String vhost) throws IOException, TimeoutException {
        var factory = new ConnectionFactory();
        factory.setUsername(user);
        factory.setPassword(password);
        factory.setVirtualHost(vhost);
        factory.setHost("127.0.0.1");
        factory.setPort(server.port());
        factory.setAutomaticRecoveryEnabled(false);
        Connection connection = factory.newConnection();
        connections.add(connection);
        return connection;
    }

    /** Makes a user with a password that is its name. */
    public void addUser(String name, String... tags) {
        admin().access()
                .putUser(new AccessAdmin.UserChange(
                        name, Optional.of(name), Optional.empty(), "rabbit_password_hashing_sha256", List.of(tags)))
                .join();
    }

    /** Sets what a user may do in a virtual host. */
    public void permit(String user, String vhost, String configure, String write, String read) {
        var set = admin().access()
                .putPermission(new AccessAdmin.PermissionView(user, vhost, configure, write, read))
                .join();
        if (set.isEmpty()) {
            throw new IllegalArgumentException("there is no user '" + user + "' or no vhost '" + vhost + "'");
        }
    }

    public AmqpAdmin admin() {
        return server.admin();
    }

    public StorageEngine storage() {
        return storage;
    }

    public int port() {
        return server.port();
    }

    @Override
    public void close() throws Exception {
        for (Connection connection : connections) {
            connection.abort();
        }
        server.stop().await(30, TimeUnit.SECONDS);
        storage.close();
        vertx.close().await(30, TimeUnit.SECONDS);
    }
}
