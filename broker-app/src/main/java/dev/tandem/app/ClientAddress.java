package dev.tandem.app;

import java.util.List;
import java.util.Set;

/** The host by which clients of this machine reach a listener. */
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
}
