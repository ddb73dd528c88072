package dev.tandem.amqp.testsupport;

import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ChannelPort;
import dev.tandem.amqp.connection.ConnectionPort;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.connection.VhostPort;
import dev.tandem.amqp.method.BasicMethod;
import dev.tandem.amqp.method.ConfirmMethod;
import dev.tandem.amqp.method.Method;
import dev.tandem.amqp.method.QueueMethod;
import dev.tandem.amqp.wire.ContentProperties;
import dev.tandem.amqp.wire.ShortString;
import dev.tandem.storage.record.Slice;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * One virtual host, {@code /}, whose channels send every publish back to their last consumer and fail in known ways:
 * declaring {@code missing} is 404, {@code crash} an internal error, {@code pause} stops reading.
 */
public final class EchoVhosts implements VhostPort {
    public final List<String> events = new CopyOnWriteArrayList<>();

    /** The connection that opened a channel last. */
    public volatile @Nullable ConnectionPort lastConnection;

    /** Completes connectionClosed. */
    public volatile CompletionStage<Void> leaving = CompletableFuture.completedFuture(null);

    @Override
    public void enter(ConnectionPort connection, String vhost) {
        if (!vhost.equals("/")) {
            throw new AmqpException(ReplyCode.NOT_ALLOWED, "vhost " + vhost + " not found");
        }
    }

    @Override
    public ChannelPort openChannel(ConnectionPort connection, int channel) {
        events.add("open " + channel);
        lastConnection = connection;
        return new EchoChannel(connection, channel);
    }

    @Override
    public CompletionStage<Void> connectionClosed(ConnectionPort connection) {
        events.add("connection closed");
        return leaving;
    }

    private final class EchoChannel implements ChannelPort {
        private final ConnectionPort connection;
        private final int number;
        private ShortString consumerTag = ShortString.EMPTY;
        private long deliveryTag;
        private long published;
        private long confirmed;

        EchoChannel(ConnectionPort connection, int number) {
            this.connection = connection;
            this.number = number;
        }

        @Override
        public void onMethod(Method method) {
            if (method instanceof QueueMethod.Declare declare) {
                onDeclare(declare);
            } else if (method instanceof BasicMethod.Consume consume) {
                consumerTag = ShortString.of("tag");
                connection.send(number, new BasicMethod.ConsumeOk("tag"));
            } else if (method instanceof ConfirmMethod.Select) {
                connection.send(number, new ConfirmMethod.SelectOk());
            }
        }

        private void onDeclare(QueueMethod.Declare declare) {
            events.add("declare " + declare.queue());
            switch (declare.queue()) {
                case "pause" -> {
                    connection.send(number, new QueueMethod.DeclareOk("pause", 0, 0));
                    connection.pauseReading("test");
                }
                case "missing" -> throw new AmqpException(ReplyCode.NOT_FOUND, "no queue 'missing' in vhost '/'");
                case "crash" -> throw new IllegalStateException("crash");
                default -> connection.send(number, new QueueMethod.DeclareOk(declare.queue(), 0, 0));
            }
        }

        @Override
        public void onContent(BasicMethod.Publish publish, ContentProperties properties, Slice body) {
            published++;
            if (!consumerTag.isEmpty()) {
                connection.sendDelivery(
                        number,
                        consumerTag,
                        ++deliveryTag,
                        false,
                        publish.exchange().bytes(),
                        publish.routingKey().bytes(),
                        properties.bytes(),
                        body);
            }
        }

        @Override
        public void onReadComplete() {
            if (published > confirmed) {
                confirmed = published;
                connection.send(number, new BasicMethod.Ack(published, true));
            }
        }

        @Override
        public void onWritabilityChanged(boolean writable) {
            events.add("writable " + writable);
        }

        @Override
        public void onClosed() {
            events.add("closed " + number);
        }
    }
}
