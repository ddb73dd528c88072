package dev.tandem.console.guard;

import dev.tandem.console.ConsoleConfig;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The checks before every route, in order: caller's address, Host, origin, content type. */
public final class Guards {
    /** Fetch metadata of requests that this console's own pages, the address bar or a plain client make. */
    private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

    private final HostAllowList hosts;
    private final boolean allowRemote;

    private Guards(HostAllowList hosts, boolean allowRemote) {
        this.hosts = hosts;
        this.allowRemote = allowRemote;
    }

    /** Puts the checks before the routes that are added later. */
    public static void install(Router router, ConsoleConfig config, List<String> boundHosts) {
        var guards = new Guards(HostAllowList.of(boundHosts, config.allowedHosts()), config.allowRemote());
        router.route().handler(guards::addHeaders);
        router.route().handler(guards::checkHost);
        router.route().handler(guards::checkCaller);
        router.route("/api/*").handler(guards::checkOrigin);
        router.route("/api/*").handler(guards::checkContentType);
    }

    private void addHeaders(RoutingContext context) {
        context.response()
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("X-Frame-Options", "DENY")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin")
                .putHeader("Cross-Origin-Opener-Policy", "same-origin")
                .putHeader("Cache-Control", "no-store");
        context.next();
    }

    /** Against DNS rebinding: a foreign name that resolves to this address is still a foreign name. */
    private void checkHost(RoutingContext context) {
        var authority = context.request().authority();
        if (authority == null || !hosts.allows(authority.host())) {
            Refusal.send(
                    context,
                    421,
                    "this console does not answer to the host name of this request; add it to console.allowed-hosts");
            return;
        }
        context.next();
    }

    /** There is no login yet, so only callers on this machine are let in unless the operator said otherwise. */
    private void checkCaller(RoutingContext context) {
        if (allowRemote || isMetrics(context) || isLoopback(context.request())) {
            context.next();
            return;
        }
        Refusal.send(
                context,
                403,
                "the console has no login and answers callers on this machine only; console.allow-remote=true opens it");
    }

    /** Against other sites' pages, other ports of this host included. */
    private void checkOrigin(RoutingContext context) {
        HttpServerRequest request = context.request();
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null && !OWN_SITES.contains(site)) {
            Refusal.send(context, 403, "requests from pages of other sites are refused");
            return;
        }
        String origin = request.getHeader("Origin");
        if (origin != null && !origin.equalsIgnoreCase(request.scheme() + "://" + request.authority())) {
            Refusal.send(context, 403, "requests from pages of other origins are refused");
            return;
        }
        context.next();
    }

    /** A form of another site cannot send this content type without asking first, and is never allowed to. */
    private void checkContentType(RoutingContext context) {
        HttpMethod method = context.request().method();
        if (method.equals(HttpMethod.POST) || method.equals(HttpMethod.PUT) || method.equals(HttpMethod.PATCH)) {
            String type = context.request().getHeader("Content-Type");
            if (type == null
                    || !type.toLowerCase(Locale.ROOT).split(";", 2)[0].strip().equals("application/json")) {
                Refusal.send(context, 415, "writes need the content type application/json");
                return;
            }
        }
        context.next();
    }

    private static boolean isMetrics(RoutingContext context) {
        return context.request().path().equals("/metrics");
    }

    private static boolean isLoopback(HttpServerRequest request) {
        var address = request.connection().remoteAddress();
        if (address == null || address.hostAddress() == null) {
            return false;
        }
        try {
            // A literal: nothing is resolved.
            return InetAddress.getByName(address.hostAddress()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
