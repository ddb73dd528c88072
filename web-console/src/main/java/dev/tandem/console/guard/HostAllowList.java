package dev.tandem.console.guard;

import io.netty.util.NetUtil;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The host names and addresses this console answers to. */
final class HostAllowList {
    private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0");

    private final Set<String> names;
    private final boolean anyAddress;

    private HostAllowList(Set<String> names, boolean anyAddress) {
        this.names = names;
        this.anyAddress = anyAddress;
    }

    static HostAllowList of(List<String> boundHosts, List<String> configured) {
        var names = new HashSet<>(Set.of("localhost", "127.0.0.1", "::1"));
        boundHosts.forEach(host -> names.add(normalise(host)));
        configured.forEach(host -> names.add(normalise(host)));
        return new HostAllowList(names, boundHosts.stream().anyMatch(host -> WILDCARDS.contains(normalise(host))));
    }

    /** An address literal cannot be rebound to another machine, so a console bound to all addresses takes each. */
    boolean allows(String host) {
        String name = normalise(host);
        return names.contains(name) || (anyAddress && isAddress(name));
    }

    private static boolean isAddress(String name) {
        return NetUtil.isValidIpV4Address(name) || NetUtil.isValidIpV6Address(name);
    }

    private static String normalise(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
    }
}
