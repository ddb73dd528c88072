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

    private final AmqpConfig config;
    private final AccessChanges changes;
    private final Catalog catalog;

    InitialDefinitions(AmqpConfig config, AccessChanges changes, Catalog catalog) {
        this.config = config;
        this.changes = changes;
        this.catalog = catalog;
    }

    /** A broker without users gets the default one, as RabbitMQ does; one that has users keeps them as they are. */
    CompletableFuture<Void> define() {
        String name = config.defaultUser();
        if (catalog.all(Definition.User.class).isEmpty()) {
            return changes.put(
                    changes.userWithPassword(name, config.defaultPass(), List.of("administrator")),
                    AccessChanges.permission(name, VirtualHosts.DEFAULT, ANYTHING, ANYTHING, ANYTHING));
        }
        tellWhenDefaultIsNotTaken(name);
        return CompletableFuture.completedFuture(null);
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
