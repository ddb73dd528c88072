package dev.tandem.app;

import dev.tandem.app.config.BrokerConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/**
 * A broker in another process of this machine, as its configuration says it can be reached.
 *
 * @param amqpUri with user and password: not for show
 */
public record RunningBroker(String kafkaBootstrap, String amqpUri, String consoleUri) {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int OK = 200;

    /** The broker that serves on the ports of a configuration, if one does. */
    public static Optional<RunningBroker> find(BrokerConfig config) {
        String host = ClientAddress.host(config.bind());
        var broker = new RunningBroker(
                host + ":" + config.kafka().port(),
                ClientAddress.amqpUriWithPassword(config, config.amqp().port()),
                "http://" + host + ":" + config.console().port() + "/");
        return config.console().port() != 0 && broker.isReady() ? Optional.of(broker) : Optional.empty();
    }

    private boolean isReady() {
        var request = HttpRequest.newBuilder(URI.create(consoleUri + "readyz"))
                .timeout(PATIENCE)
                .build();
        try {
            var client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
            return client.send(request, BodyHandlers.discarding()).statusCode() == OK;
        } catch (IOException nobodyThere) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
