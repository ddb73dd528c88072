package dev.tandem.console.management;

import dev.tandem.amqp.admin.AccessAdmin;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Lets administrators pass, who log in with each request (HTTP Basic, RFC 7617). */
final class Administrators {
    private static final String SCHEME = "basic ";
    private static final String TAG = "administrator";

    private final AccessAdmin access;

    Administrators(AccessAdmin access) {
        this.access = access;
    }

    void check(RoutingContext context) {
        Optional<List<String>> tags = login(context);
        if (tags.isEmpty()) {
            context.response().putHeader("WWW-Authenticate", "Basic realm=\"Tandem\", charset=\"UTF-8\"");
            Replies.refuse(context, 401, "Login failed");
        } else if (!tags.get().contains(TAG)) {
            Replies.refuse(context, 401, "Not administrator user");
        } else {
            context.next();
        }
    }

    private Optional<List<String>> login(RoutingContext context) {
        String header = context.request().getHeader("Authorization");
        var peer = context.request().connection().remoteAddress();
        if (header == null
                || !header.toLowerCase(Locale.ROOT).startsWith(SCHEME)
                || peer == null
                || peer.hostAddress() == null) {
            return Optional.empty();
        }
        try {
            String pair = new String(
                    Base64.getDecoder().decode(header.substring(SCHEME.length()).strip()), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            return colon < 0
                    ? Optional.empty()
                    // A literal: nothing is resolved.
                    : access.login(
                            pair.substring(0, colon),
                            pair.substring(colon + 1),
                            InetAddress.getByName(peer.hostAddress()));
        } catch (IllegalArgumentException | UnknownHostException e) {
            return Optional.empty();
        }
    }
}
