package dev.tandem.console.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.console.testsupport.BrokerFixture;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LabApiTest {
    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    Path directory;

    private BrokerFixture broker;

    @BeforeEach
    void start() {
        broker = new BrokerFixture(directory.resolve("data"), 0);
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void runsAComparisonAndKeepsItsFigures() throws Exception {
        // when
        var started =
                post("/api/v1/lab/runs", "{\"seconds\": 0.5, \"repeats\": 1, \"rate\": 500, \"messageSize\": 100}");
        await().atMost(Duration.ofSeconds(60)).until(() -> !status().equals("running"));

        // then
        JsonNode run = get("/api/v1/lab").at("/run");
        assertThat(started.statusCode()).isEqualTo(202);
        assertThat(run.at("/status").asText()).as(run.toString()).isEqualTo("done");
        assertThat(run.at("/samples")).isNotEmpty();
        assertThat(run.at("/result/commonRate").asLong()).isEqualTo(500);
        assertThat(run.at("/result/log/endToEndLatency/p99").asLong()).isPositive();
        assertThat(run.at("/result/queue/ackLatency/p99").asLong()).isPositive();
        assertThat(run.at("/result/verdict/quickLook").asBoolean()).isTrue();
    }

    @Test
    void runsOneComparisonAtATimeAndStopsItOnRequest() throws Exception {
        // given
        assertThat(delete("/api/v1/lab/runs/current").statusCode()).isEqualTo(404);
        post("/api/v1/lab/runs", "{\"seconds\": 60}");

        // when
        var second = post("/api/v1/lab/runs", "{}");
        await().until(() ->
                broker.amqp().admin().queues().stream().anyMatch(queue -> LabNames.isLabName(queue.name())));
        var stopped = delete("/api/v1/lab/runs/current");
        await().atMost(Duration.ofSeconds(30)).until(() -> !status().equals("running"));

        // then
        assertThat(second.statusCode()).isEqualTo(409);
        assertThat(stopped.statusCode()).isEqualTo(202);
        assertThat(status()).isEqualTo("stopped");
        assertThat(broker.kafka().admin().topics()).noneMatch(topic -> LabNames.isLabName(topic.name()));
        assertThat(broker.amqp().admin().queues()).noneMatch(queue -> LabNames.isLabName(queue.name()));
    }

    @Test
    void refusesAWorkloadThatDoesNotFit() throws Exception {
        for (String body : new String[] {"{\"producers\": 0}", "{\"colour\": 1}", "[", "{\"seconds\": 100000}"}) {
            // when
            var refused = post("/api/v1/lab/runs", body);

            // then
            assertThat(refused.statusCode()).as(body).isEqualTo(400);
        }
        assertThat(status()).isEqualTo("idle");
    }

    private String status() throws IOException, InterruptedException {
        return get("/api/v1/lab").at("/run/status").asText();
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return new ObjectMapper().readTree(send(request(path)).body());
    }

    private HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return send(request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> delete(String path) throws IOException, InterruptedException {
        return send(request(path).DELETE());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(broker.consoleUri().resolve(path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
