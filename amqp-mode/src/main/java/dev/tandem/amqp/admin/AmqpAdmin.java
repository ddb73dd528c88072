package dev.tandem.amqp.admin;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Read models and actions of AMQP mode. Every answer comes from memory. */
public interface AmqpAdmin {

    /** Virtual hosts, users and permissions. */
    AccessAdmin access();

    /** All queues, by vhost and name. */
    List<QueueView> queues();

    /** All exchanges, by vhost and name; the default exchange has the empty name. */
    List<ExchangeView> exchanges();

    /** All bindings, default exchange left out. */
    List<BindingView> bindings();

    /** Open connections, oldest first. */
    List<ConnectionView> connections();

    /** Totals since start. */
    Counters counters();

    /** Discards the ready messages of a queue; the result is how many. */
    CompletableFuture<Long> purgeQueue(String vhost, String name);

    /** Deletes a queue; the result is how many ready messages it held. */
    CompletableFuture<Long> deleteQueue(String vhost, String name);

    /** Deletes an exchange with its bindings; fails for those that every virtual host has. */
    CompletableFuture<Void> deleteExchange(String vhost, String name);

    /** Closes a connection with 320 CONNECTION_FORCED; false when there is none of that name. */
    CompletableFuture<Boolean> closeConnection(String name, String reason);

    /**
     * A queue.
     *
     * @param storedBytes bytes of its log on disk or in memory
     * @param published messages routed to it since start
     * @param delivered messages delivered (redeliveries and gets included) since start
     */
    record QueueView(
            String vhost,
            String name,
            boolean durable,
            boolean autoDelete,
            boolean exclusive,
            Map<String, Object> arguments,
            long ready,
            long unacked,
            int consumers,
            long storedBytes,
            long published,
            long delivered,
            long acknowledged,
            long redelivered) {}

    /**
     * An exchange.
     *
     * @param unroutable messages that no binding matched since start, returned or dropped
     */
    record ExchangeView(
            String vhost,
            String name,
            String type,
            boolean durable,
            boolean autoDelete,
            boolean internal,
            Map<String, Object> arguments,
            long published,
            long routed,
            long unroutable) {}

    /** A binding; {@code destinationKind} is queue or exchange. */
    record BindingView(
            String vhost,
            String source,
            String destinationKind,
            String destination,
            String routingKey,
            Map<String, Object> arguments) {}

    /** An open connection. */
    record ConnectionView(
            String name,
            String user,
            String vhost,
            String client,
            String userProvidedName,
            int channels,
            Instant connectedAt,
            long bytesIn,
            long bytesOut,
            String state) {}

    /**
     * Totals since start.
     *
     * @param dropped unroutable messages dropped without return, by reason, a sentence for the console such as
     *     {@code no binding of exchange 'x' in vhost '/' matches}
     */
    record Counters(
            long connectionsOpened,
            long connectionsClosed,
            long channelsOpened,
            long channelsClosed,
            long queuesDeclared,
            long queuesDeleted,
            long published,
            long publishedConfirm,
            long confirmed,
            long routed,
            long returned,
            long unroutableDropped,
            Map<String, Long> dropped,
            long deliveredManualAck,
            long deliveredAutoAck,
            long gotManualAck,
            long gotAutoAck,
            long getEmpty,
            long redelivered,
            long acknowledged) {}
}
