package dev.tandem.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.console.testsupport.ConsoleFixture;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ConsoleLiveTest {

    @Test
    void streamsHistoryAndThenSamples() throws IOException, InterruptedException {
        try (var console = new ConsoleFixture()) {
            // given
            console.kafka.topic("orders", 1, 10);

            // when
            var events = new ArrayList<String>();
            try (var stream = stream(console)) {
                console.kafka.produce("orders", 1_000);
                String line;
                while (events.size() < 4 && (line = stream.readLine()) != null) {
                    if (!line.isEmpty()) {
                        events.add(line);
                    }
                }
            }

            // then
            assertThat(events.get(0)).isEqualTo("event: history");
            assertThat(events.get(2)).isEqualTo("event: sample");
            var sample = new ObjectMapper().readTree(events.get(3).substring("data: ".length()));
            assertThat(sample.at("/log").has("recordsInPerSecond")).isTrue();
            assertThat(sample.at("/queue").has("publishedPerSecond")).isTrue();
            assertThat(sample.at("/storage").has("syncP99Micros")).isTrue();
        }
    }

    @Test
    void refusesMoreStreamsThanItsLimit() throws IOException, InterruptedException {
        // given
        var defaults = ConsoleConfig.defaults();
        var config =
                new ConsoleConfig(0, List.of(), false, 1_024, 1, 10, defaults.labMaxDuration(), defaults.labMaxBytes());
        try (var console = new ConsoleFixture(config);
                var first = stream(console)) {
            assertThat(first.readLine()).isEqualTo("event: history");

            // when
            var second = console.get("/api/v1/live");

            // then
            assertThat(second.statusCode()).isEqualTo(503);
        }
    }

    private static BufferedReader stream(ConsoleFixture console) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + console.port() + "/api/v1/live"))
                .build();
        var response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
        return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }
}
