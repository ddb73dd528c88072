package dev.tandem.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.console.testsupport.ConsoleFixture;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ManagementApiTest {
    private static final String[] ADDRESSES = {
        "/api/vhosts",
        "/api/vhosts/%2F",
        "/api/vhosts/%2F/permissions",
        "/api/users",
        "/api/users/guest",
        "/api/users/guest/permissions",
        "/api/permissions",
        "/api/permissions/%2F/guest"
    };

    private ConsoleFixture console;
    private String login = "guest:guest";

    @BeforeEach
    void start() {
        console = new ConsoleFixture();
    }

    @AfterEach
    void stop() {
        console.close();
    }

    @Test
    void makesShowsAndDeletesAVhost() {
        assertThat(put("/api/vhosts/shop", "").statusCode()).isEqualTo(201);
        assertThat(put("/api/vhosts/shop", "{\"description\":\"d\",\"default_queue_type\":\"classic\"}")
                        .statusCode())
                .isEqualTo(204);
        assertThat(console.amqp.access().vhosts()).containsExactly("/", "shop");
        assertThat(get("/api/vhosts").body()).contains("\"name\":\"/\"").contains("\"name\":\"shop\"");
        assertThat(get("/api/vhosts/%2F").statusCode()).isEqualTo(200);
        assertThat(delete("/api/vhosts/shop").statusCode()).isEqualTo(204);
        assertRefused(delete("/api/vhosts/shop"), 404, "Object Not Found", "Not Found");
        assertRefused(get("/api/vhosts/shop"), 404, "Object Not Found", "Not Found");
    }

    @Test
    void refusesAVhostThatItCannotMakeAsAsked() {
        assertRefused(put("/api/vhosts/shop", "{\"tracing\":true}"), 400, "bad_request", "tracing is not supported");
        assertRefused(
                put("/api/vhosts/shop", "{\"default_queue_type\":\"quorum\"}"),
                400,
                "bad_request",
                "the default_queue_type 'quorum' is not supported");
        assertRefused(put("/api/vhosts/%20", ""), 400, "bad_request", "a vhost needs a name");
        assertThat(console.amqp.access().vhosts()).containsExactly("/");
    }

    @Test
    void makesChangesShowsAndDeletesAUser() {
        assertThat(put("/api/users/ann", "{\"password\":\"p\",\"tags\":\"monitoring, policymaker\"}")
                        .statusCode())
                .isEqualTo(201);
        assertThat(put("/api/users/ann", "{\"password_hash\":\"h\",\"tags\":[\"monitoring\"]}")
                        .statusCode())
                .isEqualTo(204);
        var user = ConsoleFixture.json(get("/api/users/ann"));
        assertThat(user.path("name").asText()).isEqualTo("ann");
        assertThat(user.path("password_hash").asText()).isEqualTo("h");
        assertThat(user.path("hashing_algorithm").asText()).isEqualTo("rabbit_password_hashing_sha256");
        assertThat(user.path("tags").path(0).asText()).isEqualTo("monitoring");
        assertThat(ConsoleFixture.json(get("/api/users"))).hasSize(3);
        assertThat(delete("/api/users/ann").statusCode()).isEqualTo(204);
        assertRefused(delete("/api/users/ann"), 404, "Object Not Found", "Not Found");
        assertRefused(get("/api/users/ann"), 404, "Object Not Found", "Not Found");
    }

    @Test
    void refusesAUserThatMakesNoSense() {
        assertRefused(put("/api/users/ann", "{\"password\":\"p\"}"), 400, "bad_request", "tags_not_present");
        assertRefused(
                put("/api/users/ann", "{\"password\":\"p\",\"password_hash\":\"h\",\"tags\":\"\"}"),
                400,
                "bad_request",
                "both_password_and_password_hash_are_provided");
        assertRefused(
                put("/api/users/ann", "{\"password\":1,\"tags\":\"\"}"), 400, "bad_request", "password must be a text");
        assertRefused(put("/api/users/ann", "[]"), 400, "bad_request", "the body must be a JSON object");
        assertThat(put("/api/users/ann", "{").statusCode()).isEqualTo(400);
        assertThat(console.amqp.access().users()).hasSize(2);
    }

    @Test
    void setsShowsAndTakesPermissions() {
        String all = "{\"configure\":\"^a\",\"write\":\".*\",\"read\":\"\"}";
        assertThat(put("/api/permissions/%2F/watcher", all).statusCode()).isEqualTo(201);
        assertThat(put("/api/permissions/%2F/watcher", all).statusCode()).isEqualTo(204);
        for (String address : new String[] {
            "/api/permissions", "/api/vhosts/%2F/permissions", "/api/users/watcher/permissions",
        }) {
            var permission = ConsoleFixture.json(get(address)).path(0);
            assertThat(permission.path("user").asText()).as(address).isEqualTo("watcher");
            assertThat(permission.path("configure").asText()).as(address).isEqualTo("^a");
        }
        assertThat(ConsoleFixture.json(get("/api/permissions/%2F/watcher"))
                        .path("vhost")
                        .asText())
                .isEqualTo("/");
        assertThat(delete("/api/permissions/%2F/watcher").statusCode()).isEqualTo(204);
        assertRefused(delete("/api/permissions/%2F/watcher"), 404, "Object Not Found", "Not Found");
        assertRefused(get("/api/permissions/%2F/watcher"), 404, "Object Not Found", "Not Found");
        assertRefused(get("/api/users/nobody/permissions"), 404, "Object Not Found", "Not Found");
        assertRefused(get("/api/vhosts/nowhere/permissions"), 404, "Object Not Found", "Not Found");
    }

    @Test
    void refusesPermissionsOfWhatIsNotThereOrIncomplete() {
        String all = "{\"configure\":\"\",\"write\":\"\",\"read\":\"\"}";
        assertRefused(put("/api/permissions/no/guest", all), 400, "bad_request", "vhost_or_user_not_found");
        assertRefused(put("/api/permissions/%2F/no", all), 400, "bad_request", "vhost_or_user_not_found");
        assertRefused(
                put("/api/permissions/%2F/guest", "{\"configure\":\"\"}"), 400, "bad_request", "key_missing: write");
    }

    @Test
    void letsNobodyInButAdministrators() {
        for (String wrong : new String[] {"guest:wrong", "nobody:guest", "guest", ":", "watcher:watcher", ""}) {
            login = wrong;
            String reason = wrong.startsWith("watcher") ? "Not administrator user" : "Login failed";
            for (String address : ADDRESSES) {
                assertRefused(get(address), 401, "not_authorised", reason);
                assertRefused(put(address, "{}"), 401, "not_authorised", reason);
                assertRefused(delete(address), 401, "not_authorised", reason);
            }
        }
        for (String address : ADDRESSES) {
            assertThat(console.get(address).statusCode()).as(address).isEqualTo(401);
        }
        assertThat(console.amqp.access().users()).hasSize(2);
    }

    @Test
    void keepsTheRulesOfTheConsole() {
        // when
        var foreign = console.send(console.request("/api/vhosts/shop")
                .header("Authorization", authorization())
                .header("Origin", "http://evil.example")
                .DELETE());
        var form = console.send(console.request("/api/vhosts/shop")
                .header("Authorization", authorization())
                .header("Content-Type", "text/plain")
                .PUT(BodyPublishers.ofString("{}")));
        var large = put("/api/users/ann", "{\"password\":\"" + "a".repeat(20_000) + "\"}");

        // then
        assertThat(foreign.statusCode()).isEqualTo(403);
        assertThat(form.statusCode()).isEqualTo(415);
        assertRefused(large, 413, "payload_too_large", "the body is larger than this address takes");
        assertThat(console.get("/api/v1/queues").statusCode()).isEqualTo(200);
        assertThat(console.get("/api/nothing").statusCode()).isEqualTo(404);
    }

    private static void assertRefused(HttpResponse<String> response, int status, String error, String reason) {
        assertThat(response.statusCode()).isEqualTo(status);
        var body = ConsoleFixture.json(response);
        assertThat(body.path("error").asText()).isEqualTo(error);
        assertThat(body.path("reason").asText()).isEqualTo(reason);
    }

    private HttpResponse<String> get(String path) {
        return console.send(console.request(path).header("Authorization", authorization()));
    }

    private HttpResponse<String> put(String path, String body) {
        return console.send(console.request(path)
                .header("Authorization", authorization())
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> delete(String path) {
        return console.send(
                console.request(path).header("Authorization", authorization()).DELETE());
    }

    private String authorization() {
        return "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
    }
}
