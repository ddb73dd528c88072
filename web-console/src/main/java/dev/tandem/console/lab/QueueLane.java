package dev.tandem.console.lab;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A durable queue and amqp-client: persistent messages, publisher confirms, acknowledgements by hand. */
final class QueueLane implements Lane {
    private static final Logger LOGGER = LoggerFactory.getLogger(QueueLane.class);
    private static final int CLOSE_MILLIS = 2_000;

    private final String uri;
    private final String queue;
    private final Workload workload;
    private final List<Connection> connections = new ArrayList<>();
    private final List<Channel> producers = new ArrayList<>();
    private final List<Receiver> receivers = new ArrayList<>();
    private volatile @Nullable RoundRecorder recorder;
    private boolean made;

    QueueLane(String uri, String queue, Workload workload) {
        // A path that is only a slash names the empty vhost to this client; the default one is meant.
        this.uri = uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
        this.queue = queue;
        this.workload = workload;
    }

    @Override
    public Side side() {
        return Side.QUEUE;
    }

    @Override
    public String name() {
        return queue;
    }

    @Override
    public void open() throws Exception {
        var factory = new ConnectionFactory();
        factory.setUri(uri);
        factory.setAutomaticRecoveryEnabled(false);
        factory.setConnectionTimeout(10_000);
        for (int producer = 0; producer < workload.producers(); producer++) {
            Channel channel = connect(factory, "producer-" + producer);
            if (producer == 0) {
                channel.queueDeclare(queue, true, false, false, Map.of());
                made = true;
            }
            channel.confirmSelect();
            producers.add(channel);
        }
        for (int consumer = 0; consumer < workload.consumers(); consumer++) {
            Channel channel = connect(factory, "consumer-" + consumer);
            channel.basicQos(workload.inFlight());
            var receiver = new Receiver(channel);
            channel.basicConsume(queue, false, receiver);
            receivers.add(receiver);
        }
    }

    @Override
    public void awaitReady() {
        // A consumer is ready once its basic.consume is answered.
    }

    private Channel connect(ConnectionFactory factory, String role) throws Exception {
        Connection connection = factory.newConnection(queue + "-" + role);
        connections.add(connection);
        return connection.createChannel();
    }

    @Override
    public void record(RoundRecorder newRecorder) {
        recorder = newRecorder;
    }

    @Override
    public Publisher publisher(int producer) {
        Channel channel = producers.get(producer);
        var confirms = new Confirms();
        channel.clearConfirmListeners();
        channel.addConfirmListener(
                (tag, multiple) -> confirms.complete(tag, multiple, true),
                (tag, multiple) -> confirms.complete(tag, multiple, false));
        return (body, sequence, whenDone) -> {
            confirms.expect(channel.getNextPublishSeqNo(), whenDone);
            channel.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, body);
        };
    }

    @Override
    public void settle() throws IOException {
        for (Receiver receiver : receivers) {
            receiver.settle();
        }
    }

    @Override
    public void close() {
        if (made) {
            try {
                producers.get(0).queueDelete(queue);
            } catch (IOException | RuntimeException e) {
                LOGGER.warn("could not delete queue '{}' of a comparison", queue, e);
            }
        }
        for (Connection connection : connections) {
            connection.abort(CLOSE_MILLIS);
        }
    }

    /** One consumer; its callbacks run one at a time on its connection's consumer thread. */
    private final class Receiver extends DefaultConsumer {
        private @Nullable RoundRecorder before;
        private SequenceCheck.@Nullable Reader view;
        private int unacknowledged;
        private long lastTag;

        Receiver(Channel channel) {
            super(channel);
        }

        @Override
        public synchronized void handleDelivery(
                String consumerTag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
                throws IOException {
            long now = System.nanoTime();
            RoundRecorder current = recorder;
            if (current != null) {
                if (current != before || view == null) {
                    view = current.sequences().new Reader();
                    before = current;
                }
                SequenceCheck.Reader reader = view;
                Payload.read(body)
                        .filter(payload -> payload.round() == current.round())
                        .ifPresent(payload -> current.arrived(reader, payload, now));
            }
            lastTag = envelope.getDeliveryTag();
            if (++unacknowledged >= workload.ackEvery()) {
                acknowledge();
            }
        }

        synchronized void settle() throws IOException {
            if (unacknowledged > 0) {
                acknowledge();
            }
        }

        private void acknowledge() throws IOException {
            getChannel().basicAck(lastTag, true);
            unacknowledged = 0;
        }
    }
}
