package dev.tandem.amqp.testsupport;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test with a broker, a connection and a channel. */
public abstract class BrokerTest {
    @TempDir
    private Path dataDir;

    protected TestBroker broker;
    protected Connection connection;
    protected Channel channel;

    @BeforeEach
    protected void start() throws Exception {
        broker = TestBroker.start(dataDir);
        connection = broker.connect();
        channel = connection.createChannel();
    }

    @AfterEach
    protected void stop() throws Exception {
        broker.close();
    }

    protected void restart() throws Exception {
        stop();
        start();
    }

    protected void publish(String exchange, String routingKey, String body) throws IOException {
        channel.basicPublish(exchange, routingKey, null, body.getBytes(StandardCharsets.UTF_8));
    }

    /** Takes all that is in a queue. */
    protected List<String> drain(String queue) throws IOException {
        var bodies = new ArrayList<String>();
        for (GetResponse got = channel.basicGet(queue, true); got != null; got = channel.basicGet(queue, true)) {
            bodies.add(text(got.getBody()));
        }
        return bodies;
    }

    protected static String text(byte[] body) {
        return new String(body, StandardCharsets.UTF_8);
    }

    protected static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
