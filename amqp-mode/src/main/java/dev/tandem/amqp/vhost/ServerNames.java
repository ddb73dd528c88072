package dev.tandem.amqp.vhost;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.random.RandomGenerator;

/** Names that the server gives, in the form of RabbitMQ's: a prefix and 22 characters that nobody guesses. */
public final class ServerNames {
    private final RandomGenerator random;

    public ServerNames() {
        this(new SecureRandom());
    }

    ServerNames(RandomGenerator random) {
        this.random = random;
    }

    /** {@code amq.gen-…}. */
    public String queue() {
        return "amq.gen-" + unique();
    }

    /** {@code amq.ctag-…}. */
    public String consumerTag() {
        return "amq.ctag-" + unique();
    }

    /** 22 characters that nobody guesses. */
    public String secret() {
        return unique();
    }

    private String unique() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
