package dev.tandem.amqp.connection;

import java.util.List;

/** An authenticated user. */
public record User(String name, List<String> tags) {
    public User {
        tags = List.copyOf(tags);
    }

    /** May publish with a user-id that is not its own. */
    public boolean isImpersonator() {
        return tags.contains("impersonator");
    }
}
