package dev.tandem.amqp.access;

import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.catalog.Definition;
import dev.tandem.storage.catalog.DefinitionKey;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.Durability;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.random.RandomGenerator;

/**
 * Changes users and permissions. Every change is synced when it is done, and holds for the next operation of every channel.
 * Of two changes one must be done before the next begins.
 */
public final class AccessChanges {
    private static final int MAX_NAME_BYTES = 255;
    private static final int MAX_TAGS = 32;

    private final StorageEngine storage;
    private final AccessControl control;
    private final RandomGenerator random;

    /**
     * Changes to what {@code control} answers from.
     *
     * @param random makes salts
     */
    public AccessChanges(StorageEngine storage, AccessControl control, RandomGenerator random) {
        this.storage = storage;
        this.control = control;
        this.random = random;
    }

    /**
     * A user with a password.
     *
     * @throws IllegalArgumentException when it cannot have such a name or password
     */
    public Definition.User userWithPassword(String name, String password, List<String> tags) {
        if (password.isEmpty()) {
            throw new IllegalArgumentException("the password of user '" + name + "' is empty");
        }
        byte[] salt = new byte[HashingAlgorithm.SALT_BYTES];
        random.nextBytes(salt);
        return user(name, HashingAlgorithm.SHA_256.hash(password, salt), HashingAlgorithm.SHA_256, tags);
    }

    /**
     * A user whose password is known by its hash; with an empty one nobody can log in.
     *
     * @throws IllegalArgumentException when it cannot have such a name or hash
     */
    public static Definition.User userWithHash(String name, String hash, String hashing, List<String> tags) {
        HashingAlgorithm algorithm = HashingAlgorithm.named(hashing)
                .orElseThrow(() -> new IllegalArgumentException("unknown hashing algorithm '" + hashing + "'"));
        if (!hash.isEmpty() && !algorithm.isHash(hash)) {
            throw new IllegalArgumentException("the password hash of user '" + name + "' is none of "
                    + algorithm.storedName() + " (base64 of salt and digest)");
        }
        return user(name, hash, algorithm, tags);
    }

    private static Definition.User user(String name, String hash, HashingAlgorithm algorithm, List<String> tags) {
        requireName("user", name);
        if (tags.size() > MAX_TAGS) {
            throw new IllegalArgumentException("user '" + name + "' has more than " + MAX_TAGS + " tags");
        }
        tags.forEach(tag -> requireName("tag", tag));
        return new Definition.User(name, hash, algorithm.storedName(), tags);
    }

    /**
     * A user's permissions.
     *
     * @throws IllegalArgumentException when one of the texts is no regular expression
     */
    public static Definition.Permission permission(
            String user, String vhost, String configure, String write, String read) {
        return new Permissions(new Definition.Permission(vhost, user, configure, write, read)).definition();
    }

    /** Whether a user has a password; takes the same time for a wrong one as for the right one. */
    public static boolean hasPassword(Definition.User user, String password) {
        return HashingAlgorithm.named(user.hashing())
                .map(algorithm -> algorithm.matches(user.passwordHash(), password))
                .orElse(false);
    }

    /** Stores users and permissions, all or none, in place of those that were there. */
    public CompletableFuture<Void> put(Definition... definitions) {
        var changes = Commit.builder();
        for (Definition definition : definitions) {
            changes.add(new Change.Define(definition, false));
        }
        return commit(changes);
    }

    /** Deletes a user with all its permissions; one that is missing is no error. */
    public CompletableFuture<Void> deleteUser(String user) {
        var changes = Commit.builder().add(new Change.Undefine(Definition.User.keyOf(user), false));
        for (Definition.Permission permission : storage.catalog().all(Definition.Permission.class)) {
            if (permission.user().equals(user)) {
                changes.add(new Change.Undefine(permission.key(), false));
            }
        }
        return commit(changes);
    }

    /** Takes permissions away; missing ones are no error. */
    public CompletableFuture<Void> delete(DefinitionKey permissions) {
        return commit(Commit.builder().add(new Change.Undefine(permissions, false)));
    }

    private CompletableFuture<Void> commit(Commit.Builder changes) {
        return storage.commit(changes, Durability.SYNCED).handle((result, failure) -> {
            control.changed(); // also when it is written and the sync has failed
            if (failure != null) {
                throw new CompletionException(failure);
            }
            return null;
        });
    }

    private static void requireName(String what, String name) {
        if (name.isBlank() || name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
            throw new IllegalArgumentException("the name of a " + what + " has 1 to " + MAX_NAME_BYTES + " bytes");
        }
    }
}
