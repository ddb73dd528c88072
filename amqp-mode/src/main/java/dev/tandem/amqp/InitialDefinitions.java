package dev.tandem.amqp;

import dev.tandem.amqp.access.AccessChanges;
import dev.tandem.amqp.vhost.VirtualHosts;
import dev.tandem.storage.catalog.Catalog;
import dev.tandem.storage.catalog.Definition;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a broker has when it starts, before the first client. */
final class InitialDefinitions {
    private static final Logger LOGGER = LoggerFactory.getLogger(InitialDefinitions.class);
    private static final String ANYTHING = ".*";

    private static final CompletableFuture<Void> NOTHING = CompletableFuture.completedFuture(null);

    private final AmqpConfig config;
    private final VirtualHosts vhosts;
    private final AccessChanges changes;
    private final Catalog catalog;

    InitialDefinitions(AmqpConfig config, VirtualHosts vhosts, AccessChanges changes, Catalog catalog) {
        this.config = config;
        this.vhosts = vhosts;
        this.changes = changes;
        this.catalog = catalog;
    }

    /**
     * A broker without users gets the default one, as RabbitMQ does, unless the configuration names others; one that has
     * users keeps them. Then what the configuration names is set.
     */
    CompletableFuture<Void> define() {
        CompletableFuture<?> done = CompletableFuture.completedFuture(null);
        if (config.users().isEmpty()) {
            done = defineDefaultUser();
        }
        for (String vhost : config.vhosts()) {
            done = done.thenCompose(before -> vhosts.create(vhost));
        }
        for (UserSetting user : config.users()) {
            done = done.thenCompose(before -> set(user));
        }
        for (PermissionSetting permission : config.permissions()) {
            done = done.thenCompose(before -> set(permission));
        }
        return done.thenAccept(ready -> {});
    }

    private CompletableFuture<Void> defineDefaultUser() {
        String name = config.defaultUser();
        if (catalog.all(Definition.User.class).isEmpty()) {
            return changes.put(
                    changes.userWithPassword(name, config.defaultPass(), List.of("administrator")),
                    AccessChanges.permission(name, VirtualHosts.DEFAULT, ANYTHING, ANYTHING, ANYTHING));
        }
        tellWhenDefaultIsNotTaken(name);
        return CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<Void> set(UserSetting user) {
        Definition.User stored = catalog.find(Definition.User.keyOf(user.name()))
                .map(Definition.User.class::cast)
                .orElse(null);
        String password = user.password();
        if (password != null) {
            boolean isSo = stored != null
                    && stored.tags().equals(user.tagsOrNone())
                    && AccessChanges.hasPassword(stored, password);
            return isSo ? NOTHING : changes.put(changes.userWithPassword(user.name(), password, user.tagsOrNone()));
        }
        String hash = user.passwordHash() == null ? "" : user.passwordHash();
        return put(AccessChanges.userWithHash(user.name(), hash, user.hashingOrDefault(), user.tagsOrNone()));
    }

    private CompletableFuture<Void> set(PermissionSetting wish) {
        if (vhosts.find(wish.vhost()).isEmpty()
                || catalog.find(Definition.User.keyOf(wish.user())).isEmpty()) {
            LOGGER.warn(
                    "amqp.permissions gives user '{}' permissions in vhost '{}', and one of them does not exist: left out",
                    wish.user(),
                    wish.vhost());
            return NOTHING;
        }
        return put(AccessChanges.permission(wish.user(), wish.vhost(), wish.configure(), wish.write(), wish.read()));
    }

    private CompletableFuture<Void> put(Definition definition) {
        boolean isSo = catalog.find(definition.key()).filter(definition::equals).isPresent();
        return isSo ? NOTHING : changes.put(definition);
    }

    private void tellWhenDefaultIsNotTaken(String name) {
        catalog.find(Definition.User.keyOf(name))
                .map(Definition.User.class::cast)
                .ifPresentOrElse(
                        user -> {
                            if (!AccessChanges.hasPassword(user, config.defaultPass())) {
                                LOGGER.info(
                                        "user '{}' has another password than amqp.default-pass, which is for brokers"
                                                + " without users",
                                        name);
                            }
                        },
                        () -> LOGGER.info(
                                "there is no user '{}': amqp.default-user is for brokers without users", name));
    }
}
