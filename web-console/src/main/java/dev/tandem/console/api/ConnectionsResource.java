package dev.tandem.console.api;

import dev.tandem.amqp.admin.AmqpAdmin;
import dev.tandem.kafka.admin.KafkaAdmin;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** {@code /connections}, of both protocols in one list. */
final class ConnectionsResource {
    private static final Map<String, Comparator<ConnectionRow>> ORDERS = Map.of(
            "name", Comparator.comparing(ConnectionRow::name),
            "protocol", Comparator.comparing(ConnectionRow::protocol),
            "client", Comparator.comparing(ConnectionRow::client),
            "connectedAt", Comparator.comparingLong(ConnectionRow::connectedAt),
            "bytesIn", Comparator.comparingLong(ConnectionRow::bytesIn),
            "bytesOut", Comparator.comparingLong(ConnectionRow::bytesOut));

    private final KafkaAdmin kafka;
    private final AmqpAdmin amqp;
    private final Answers answers;

    /**
     * A connection of either protocol.
     *
     * @param protocol kafka or amqp
     * @param detail vhost, channels and state, or requests
     * @param connectedAt milliseconds since the epoch
     */
    record ConnectionRow(
            String protocol,
            String name,
            String client,
            String software,
            String user,
            String detail,
            long connectedAt,
            long bytesIn,
            long bytesOut) {}

    ConnectionsResource(KafkaAdmin kafka, AmqpAdmin amqp, Answers answers) {
        this.kafka = kafka;
        this.amqp = amqp;
        this.answers = answers;
    }

    void install(Router api) {
        api.get("/connections").handler(this::list);
        api.delete("/connections/amqp/:connection").handler(this::close);
    }

    private void list(RoutingContext context) {
        answers.send(context, () -> {
            List<ConnectionRow> rows = Stream.concat(
                            kafka.connections().stream().map(ConnectionsResource::row),
                            amqp.connections().stream().map(ConnectionsResource::row))
                    .toList();
            return Listing.of(context)
                    .page(
                            rows,
                            row -> row.protocol() + ' ' + row.name() + ' ' + row.client() + ' ' + row.software(),
                            ORDERS,
                            row -> row);
        });
    }

    private void close(RoutingContext context) {
        String name = context.pathParam("connection");
        answers.send(context, () -> {
            if (!Answers.await(amqp.closeConnection(name, "closed from the console"))) {
                throw new ApiException(404, "there is no AMQP connection '" + name + "'");
            }
            return new TopicsResource.Done("connection '" + name + "' closed");
        });
    }

    private static ConnectionRow row(KafkaAdmin.ConnectionView connection) {
        return new ConnectionRow(
                "kafka",
                connection.remoteAddress(),
                connection.clientId(),
                connection.software(),
                "",
                connection.requests() + " requests",
                connection.connectedAt().toEpochMilli(),
                connection.bytesIn(),
                connection.bytesOut());
    }

    private static ConnectionRow row(AmqpAdmin.ConnectionView connection) {
        return new ConnectionRow(
                "amqp",
                connection.name(),
                connection.userProvidedName(),
                connection.client(),
                connection.user(),
                "vhost " + connection.vhost() + ", " + connection.channels() + " channels, " + connection.state(),
                connection.connectedAt().toEpochMilli(),
                connection.bytesIn(),
                connection.bytesOut());
    }
}
