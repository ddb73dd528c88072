package dev.tandem.amqp.routing;

import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.FieldValue;
import java.util.Optional;

/** Values of {@code x-match}, the argument of a binding to a headers exchange. */
public enum HeadersMatch {
    ALL("all", false, false),
    ANY("any", true, false),
    ALL_WITH_X("all-with-x", false, true),
    ANY_WITH_X("any-with-x", true, true);

    /** The argument's name. */
    public static final String ARGUMENT = "x-match";

    private final String wireName;
    private final boolean any;
    private final boolean withX;

    HeadersMatch(String wireName, boolean any, boolean withX) {
        this.wireName = wireName;
        this.any = any;
        this.withX = withX;
    }

    /** What a binding's arguments ask for, {@link #ALL} if nothing; empty for an unknown value. */
    public static Optional<HeadersMatch> of(FieldTable arguments) {
        FieldValue value = arguments.find(ARGUMENT).orElse(null);
        if (value == null) {
            return Optional.of(ALL);
        }
        for (HeadersMatch match : values()) {
            if (value instanceof FieldValue.LongString text && text.text().equals(match.wireName)) {
                return Optional.of(match);
            }
        }
        return Optional.empty();
    }

    boolean isAny() {
        return any;
    }

    /** Whether an argument takes no part in matching. */
    boolean ignores(String argument) {
        return argument.equals(ARGUMENT) || (!withX && argument.startsWith("x-"));
    }
}
