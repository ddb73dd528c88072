package dev.tandem.app;

import dev.tandem.app.config.BrokerConfig;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** How clients of this machine reach a listener. */
final class ClientAddress {
    private static final Set<String> REACHED_AS_LOCALHOST = Set.of("127.0.0.1", "::1", "localhost", "0.0.0.0", "::");

    private ClientAddress() {}

    /** {@code localhost} where that works, else the first bound address as it stands in a URI. */
    static String host(List<String> bind) {
        if (bind.stream().anyMatch(REACHED_AS_LOCALHOST::contains)) {
            return "localhost";
        }
        String first = bind.get(0);
        return first.indexOf(':') >= 0 ? "[" + first + "]" : first;
    }

    /** The URI for show: a password that was chosen by the user is left out. */
    static String amqpUri(BrokerConfig config, int port) {
        String user = config.amqp().defaultUser();
        boolean isWellKnown =
                user.equals("guest") && config.amqp().defaultPass().equals("guest");
        return isWellKnown
                ? amqpUriWithPassword(config, port)
                : "amqp://" + percentEncoded(user) + "@" + host(config.bind()) + ":" + port;
    }

    static String amqpUriWithPassword(BrokerConfig config, int port) {
        return "amqp://" + percentEncoded(config.amqp().defaultUser()) + ":"
                + percentEncoded(config.amqp().defaultPass()) + "@" + host(config.bind()) + ":" + port;
    }

    private static String percentEncoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
