package dev.tandem.console.asset;

import dev.tandem.console.guard.Refusal;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Static files from the class path.
 *
 * <p>Vert.x's own static handler unpacks every file of a jar to a temporary directory first; here a file goes from the
 * jar to memory once, compressed once, and no path leads anywhere but to the two class-path roots.
 */
public final class Assets {
    private static final String PAGES = "webroot/";
    private static final String LIBRARIES = "META-INF/resources/webjars/";
    /** No dot at the beginning of a name: neither {@code ..} nor hidden files. */
    private static final Pattern PATH = Pattern.compile("([A-Za-z0-9_-][A-Za-z0-9_.-]*/)*[A-Za-z0-9_-][A-Za-z0-9_.-]*");

    private static final Pattern IMPORT_MAP =
            Pattern.compile("<script type=\"importmap\">(.*?)</script>", Pattern.DOTALL);
    private static final Map<String, String> CONTENT_TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml");

    private final WorkerExecutor workers;
    private final Map<String, Asset> loaded = new ConcurrentHashMap<>();
    private final String policy;

    private Assets(WorkerExecutor workers) {
        this.workers = workers;
        Asset index = load(PAGES + "index.html")
                .orElseThrow(() -> new IllegalStateException("the console's pages are not on the class path"));
        this.policy = contentSecurityPolicy(index.plain().toString(StandardCharsets.UTF_8));
    }

    /** Adds the routes of all pages, scripts and styles. */
    public static void install(Router router, WorkerExecutor workers) {
        var assets = new Assets(workers);
        router.get("/").handler(context -> assets.serve(context, PAGES + "index.html"));
        router.get("/app/*").handler(context -> assets.serve(context, PAGES, "/app/"));
        router.get("/vendor/*").handler(context -> assets.serve(context, LIBRARIES, "/vendor/"));
    }

    private void serve(RoutingContext context, String root, String prefix) {
        String path = context.normalizedPath().substring(prefix.length());
        if (!PATH.matcher(path).matches()) {
            Refusal.send(context, 404, "there is no such file");
            return;
        }
        serve(context, root + path);
    }

    private void serve(RoutingContext context, String resource) {
        Asset known = loaded.get(resource);
        if (known != null) {
            send(context, known);
            return;
        }
        workers.executeBlocking(() -> load(resource), false).onComplete(result -> {
            if (result.failed() || result.result().isEmpty()) {
                Refusal.send(context, 404, "there is no such file");
                return;
            }
            send(context, result.result().get());
        });
    }

    private void send(RoutingContext context, Asset asset) {
        HttpServerResponse response = context.response();
        response.putHeader("Content-Type", asset.contentType())
                .putHeader("Content-Security-Policy", policy)
                .putHeader("Cache-Control", "no-cache")
                .putHeader("Vary", "Accept-Encoding")
                .putHeader("ETag", asset.etag());
        if (asset.etag().equals(context.request().getHeader("If-None-Match"))) {
            response.setStatusCode(304).end();
            return;
        }
        String encodings = context.request().getHeader("Accept-Encoding");
        if (encodings != null && encodings.contains("gzip")) {
            response.putHeader("Content-Encoding", "gzip").end(asset.gzipped());
        } else {
            response.end(asset.plain());
        }
    }

    /** Empty when there is no such file; such a name is not remembered. */
    private Optional<Asset> load(String resource) {
        String type = CONTENT_TYPES.get(resource.substring(resource.lastIndexOf('.') + 1));
        if (type == null) {
            return Optional.empty();
        }
        try (InputStream in = Assets.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                return Optional.empty();
            }
            Asset asset = Asset.of(type, in.readAllBytes());
            loaded.put(resource, asset);
            return Optional.of(asset);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Everything from here, nothing inline but the import map, which is named by its hash. */
    static String contentSecurityPolicy(String index) {
        Matcher map = IMPORT_MAP.matcher(index);
        String script = "script-src 'self'";
        if (map.find()) {
            byte[] hash = Asset.sha256(map.group(1).getBytes(StandardCharsets.UTF_8));
            script += " 'sha256-" + Base64.getEncoder().encodeToString(hash) + "'";
        }
        return "default-src 'self'; " + script
                + "; style-src 'self'; img-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'"
                + "; form-action 'none'; frame-ancestors 'none'";
    }
}
