package dev.tandem.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.console.testsupport.ConsoleFixture;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConsoleGuardTest {
    private ConsoleFixture console;

    @BeforeEach
    void start() {
        console = new ConsoleFixture();
        console.kafka.topic("orders", 1, 1);
    }

    @AfterEach
    void stop() {
        console.close();
    }

    @Test
    void refusesAForeignHostName() throws IOException {
        assertThat(statusFor("evil.example")).isEqualTo(421);
        assertThat(statusFor("evil.example:" + console.port())).isEqualTo(421);
        assertThat(statusFor("192.0.2.1")).isEqualTo(421);
    }

    @Test
    void answersToLoopbackNames() throws IOException {
        assertThat(statusFor("localhost:" + console.port())).isEqualTo(200);
        assertThat(statusFor("LOCALHOST")).isEqualTo(200);
        assertThat(statusFor("127.0.0.1")).isEqualTo(200);
        assertThat(statusFor("[::1]:15672")).isEqualTo(200);
    }

    @Test
    void refusesRequestsFromPagesOfOtherSites() {
        for (String site : new String[] {"cross-site", "same-site"}) {
            var response = console.send(console.request("/api/v1/topics/orders")
                    .header("Sec-Fetch-Site", site)
                    .DELETE());
            assertThat(response.statusCode()).isEqualTo(403);
        }
        for (String origin :
                new String[] {"null", "http://evil.example", "http://127.0.0.1:1", "https://127.0.0.1:" + console.port()
                }) {
            var response = console.send(console.request("/api/v1/topics/orders")
                    .header("Origin", origin)
                    .DELETE());
            assertThat(response.statusCode()).as(origin).isEqualTo(403);
        }
        assertThat(console.kafka.topics()).hasSize(1);
    }

    @Test
    void takesRequestsOfItsOwnPages() {
        // when
        var response = console.send(console.request("/api/v1/topics/orders")
                .header("Origin", "http://127.0.0.1:" + console.port())
                .header("Sec-Fetch-Site", "same-origin")
                .DELETE());

        // then
        assertThat(response.statusCode()).isEqualTo(200);
    }

    @Test
    void refusesWritesThatAFormCouldSend() {
        for (String type : new String[] {"text/plain", "application/x-www-form-urlencoded", "application/jsonp"}) {
            var response = console.send(console.request("/api/v1/topics")
                    .header("Content-Type", type)
                    .POST(BodyPublishers.ofString("{\"name\":\"a\",\"partitions\":1}")));
            assertThat(response.statusCode()).as(type).isEqualTo(415);
        }
        assertThat(console.kafka.topics()).hasSize(1);
    }

    @Test
    void refusesABodyPastItsLimit() {
        // when
        var response = console.send(console.request("/api/v1/topics")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"name\":\"" + "a".repeat(70_000) + "\"}")));

        // then
        assertThat(response.statusCode()).isEqualTo(413);
    }

    @Test
    void sendsPagesWithAStrictPolicy() {
        // when
        var page = console.get("/");

        // then
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'self'")
                .contains("script-src 'self' 'sha256-")
                .contains("frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(page.headers().firstValue("Referrer-Policy")).contains("no-referrer");
        assertThat(page.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    }

    @Test
    void servesNothingOutsideItsPages() throws IOException {
        for (String path : new String[] {
            "/app/../META-INF/MANIFEST.MF",
            "/app/%2e%2e/dev/tandem/console/ConsoleServer.class",
            "/app/..%2f..%2fetc%2fpasswd",
            "/vendor/../../../logback.xml",
            "/app/",
            "/vendor/lit"
        }) {
            assertThat(status("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                    .as(path)
                    .isEqualTo(404);
        }
    }

    private int statusFor(String host) throws IOException {
        return status("GET /api/v1/topics HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
    }

    /** By hand: the JDK's client sets Host itself and tidies paths. */
    private int status(String request) throws IOException {
        try (var socket = new Socket("127.0.0.1", console.port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            String response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            return Integer.parseInt(response.substring(9, 12));
        }
    }
}
