package dev.tandem.amqp.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * How a password is stored, as RabbitMQ does it: base64 of a salt of four bytes and the digest of salt and password
 * (RabbitMQ, "Credentials and Passwords"). One round, some microseconds: it may be checked on an event loop.
 */
public enum HashingAlgorithm {
    SHA_256("rabbit_password_hashing_sha256", "SHA-256", 32),
    SHA_512("rabbit_password_hashing_sha512", "SHA-512", 64);

    static final int SALT_BYTES = 4;

    private final String storedName;
    private final String digest;
    private final int digestBytes;

    HashingAlgorithm(String storedName, String digest, int digestBytes) {
        this.storedName = storedName;
        this.digest = digest;
        this.digestBytes = digestBytes;
    }

    /** As RabbitMQ's definitions and API name it. */
    public String storedName() {
        return storedName;
    }

    /** The algorithm of a name, empty for an unknown one. */
    public static Optional<HashingAlgorithm> named(String storedName) {
        return Arrays.stream(values())
                .filter(algorithm -> algorithm.storedName.equals(storedName))
                .findFirst();
    }

    /** The stored form of a password. */
    String hash(String password, byte[] salt) {
        byte[] digested = digest(password, salt);
        byte[] hash = Arrays.copyOf(salt, SALT_BYTES + digestBytes);
        System.arraycopy(digested, 0, hash, SALT_BYTES, digestBytes);
        return Base64.getEncoder().encodeToString(hash);
    }

    /** Whether this is the stored form of a password; takes the same time wherever the difference is. */
    boolean matches(String hash, String password) {
        Optional<byte[]> stored = decode(hash);
        byte[] bytes = stored.orElseGet(() -> new byte[SALT_BYTES + digestBytes]);
        byte[] digested = digest(password, Arrays.copyOf(bytes, SALT_BYTES));
        return MessageDigest.isEqual(digested, Arrays.copyOfRange(bytes, SALT_BYTES, bytes.length))
                & stored.isPresent();
    }

    /** Whether a text can be the stored form of a password. */
    boolean isHash(String text) {
        return decode(text).isPresent();
    }

    private Optional<byte[]> decode(String text) {
        try {
            byte[] bytes = Base64.getDecoder().decode(text);
            return bytes.length == SALT_BYTES + digestBytes ? Optional.of(bytes) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private byte[] digest(String password, byte[] salt) {
        try {
            MessageDigest instance = MessageDigest.getInstance(digest);
            instance.update(salt);
            return instance.digest(password.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has " + digest, e);
        }
    }
}
