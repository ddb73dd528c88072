package dev.tandem.amqp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A user that the configuration names; either its password is given or the hash of it.
 *
 * @param passwordHash as RabbitMQ stores it
 * @param hashingAlgorithm of the hash, {@code rabbit_password_hashing_sha256} when it is left out
 * @param tags RabbitMQ's, none when they are left out
 */
public record UserSetting(
        String name,
        @Nullable String password,
        @Nullable String passwordHash,
        @Nullable String hashingAlgorithm,
        @Nullable List<String> tags) {
    static final String DEFAULT_HASHING = "rabbit_password_hashing_sha256";

    List<String> tagsOrNone() {
        return tags == null ? List.of() : tags;
    }

    String hashingOrDefault() {
        return hashingAlgorithm == null ? DEFAULT_HASHING : hashingAlgorithm;
    }

    /** Without password and hash. */
    @Override
    public String toString() {
        return "UserSetting[name=" + name + ", tags=" + tags + "]";
    }
}
