package dev.tandem.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.console.testsupport.BrokerFixture;
import dev.tandem.console.testsupport.ConsoleFixture;
import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.StorageEngine;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupsApiTest {
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
    void makesABackupThatAnEngineOpens() throws Exception {
        // given
        Path backup = directory.resolve("backups/monday");
        assertThat(get("/api/v1/backups/current").statusCode()).isEqualTo(404);

        // when
        var started = post("{\"directory\": \"" + backup + "\"}");
        await().until(() -> !current().at("/state").asText().equals("running"));

        // then
        assertThat(started.statusCode()).as(started.body()).isEqualTo(202);
        assertThat(current().at("/state").asText()).as(current().toString()).isEqualTo("done");
        assertThat(current().at("/directory").asText()).isEqualTo(backup.toString());
        assertThat(current().at("/bytes").asLong()).isPositive();
        StorageEngine.open(StorageConfig.defaults(backup)).close();
    }

    @Test
    void refusesADirectoryThatExistsWithTheEnginesSentence() throws Exception {
        // when
        var refused = post("{\"directory\": \"" + directory + "\"}");

        // then
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(ConsoleFixture.json(refused).at("/error/message").asText())
                .isEqualTo("cannot back up to " + directory + ": it exists already");
    }

    @Test
    void refusesWhatIsNoAbsolutePath() throws Exception {
        assertThat(post("{\"directory\": \"backups/monday\"}").statusCode()).isEqualTo(400);
        assertThat(post("{\"directory\": \"\"}").statusCode()).isEqualTo(400);
        assertThat(post("{\"directory\": \"/\"}").statusCode()).isEqualTo(400);
        assertThat(post("{}").statusCode()).isEqualTo(400);
    }

    @Test
    void refusesPagesOfOtherOriginsAndForms() throws Exception {
        var body = "{\"directory\": \"" + directory.resolve("backup") + "\"}";

        assertThat(send(request("/api/v1/backups")
                                .header("Content-Type", "application/json")
                                .header("Origin", "http://evil.example")
                                .POST(BodyPublishers.ofString(body)))
                        .statusCode())
                .isEqualTo(403);
        assertThat(send(request("/api/v1/backups")
                                .header("Content-Type", "text/plain")
                                .POST(BodyPublishers.ofString(body)))
                        .statusCode())
                .isEqualTo(415);
        assertThat(directory.resolve("backup")).doesNotExist();
    }

    private JsonNode current() throws IOException, InterruptedException {
        return ConsoleFixture.json(get("/api/v1/backups/current"));
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path));
    }

    private HttpResponse<String> post(String body) throws IOException, InterruptedException {
        return send(request("/api/v1/backups")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(broker.consoleUri().resolve(path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
