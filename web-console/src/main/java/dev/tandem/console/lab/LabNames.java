package dev.tandem.console.lab;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/** Names of the topics and queues of comparisons, so unlike any other that they may be removed on sight. */
public final class LabNames {
    private static final Pattern NAME = Pattern.compile("lab\\.[0-9a-f]{12}\\.(log|queue)");

    private LabNames() {}

    /** A new run's id. */
    public static String newId() {
        var bytes = new byte[6];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    static String name(String id, Side side) {
        return "lab." + id + '.' + side.name().toLowerCase(Locale.ROOT);
    }

    /** Whether a comparison made it. */
    static boolean isLabName(String name) {
        return NAME.matcher(name).matches();
    }
}
