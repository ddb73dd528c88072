package dev.tandem.console.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Asks a broker's console. */
final class HttpProbe implements Stock.Probe {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final URI console;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final ObjectMapper json = new ObjectMapper();

    HttpProbe(URI console) {
        this.console = console;
    }

    @Override
    public Stock of(Side side, String name) {
        String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8);
        return switch (side) {
            case LOG ->
                get("/api/v1/topics/" + encoded)
                        .map(topic -> new Stock(
                                topic.at("/topic/storedBytes").asLong(-1),
                                topic.at("/topic/records").asLong(-1)))
                        .orElse(Stock.UNKNOWN);
            case QUEUE ->
                get("/api/v1/queues/%2F/" + encoded)
                        .map(queue -> new Stock(
                                queue.at("/queue/storedBytes").asLong(-1),
                                queue.at("/queue/ready").asLong()
                                        + queue.at("/queue/unacked").asLong()))
                        .orElse(Stock.UNKNOWN);
        };
    }

    /** What the broker's acknowledgements wait for; {@code unknown} when it does not say. */
    String durability() {
        return get("/api/v1/overview")
                .map(overview -> overview.at("/durability").asText("unknown"))
                .orElse("unknown");
    }

    private Optional<JsonNode> get(String path) {
        try {
            var request = HttpRequest.newBuilder(
                            URI.create(console.resolve("/").toString().replaceAll("/$", "") + path))
                    .timeout(TIMEOUT)
                    .build();
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200 ? Optional.of(json.readTree(response.body())) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
