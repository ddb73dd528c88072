package dev.tandem.amqp.admin;

import dev.tandem.amqp.access.AccessChanges;
import dev.tandem.amqp.access.AccessControl;
import dev.tandem.amqp.connection.Authenticator;
import dev.tandem.amqp.connection.User;
import dev.tandem.amqp.vhost.VirtualHosts;
import dev.tandem.storage.catalog.Catalog;
import dev.tandem.storage.catalog.Definition;
import dev.tandem.storage.catalog.DefinitionKey;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The access side of a running broker. Changes take turns: what one finds is still so when it is stored. */
public final class BrokerAccessAdmin implements AccessAdmin {
    private final VirtualHosts vhosts;
    private final AccessControl control;
    private final AccessChanges changes;
    private final Catalog catalog;
    private final Turns turns = new Turns();

    public BrokerAccessAdmin(VirtualHosts vhosts, AccessControl control, AccessChanges changes, Catalog catalog) {
        this.vhosts = vhosts;
        this.control = control;
        this.changes = changes;
        this.catalog = catalog;
    }

    @Override
    public Optional<List<String>> login(String user, String password, InetAddress peer) {
        return control.authenticate(new Authenticator.Credentials(user, password), peer)
                .map(User::tags);
    }

    @Override
    public List<String> vhosts() {
        return vhosts.names();
    }

    @Override
    public CompletableFuture<Boolean> putVhost(String name) {
        VirtualHosts.requireName(name);
        return turns.take(() -> vhosts.create(name));
    }

    @Override
    public CompletableFuture<Boolean> deleteVhost(String name) {
        return turns.take(() -> vhosts.delete(name).whenComplete((deleted, failure) -> control.changed()));
    }

    @Override
    public List<UserView> users() {
        return catalog.all(Definition.User.class).stream()
                .map(user -> new UserView(user.name(), user.passwordHash(), user.hashing(), user.tags()))
                .toList();
    }

    @Override
    public CompletableFuture<Boolean> putUser(UserChange change) {
        Definition.User user = change.password()
                .map(password -> changes.userWithPassword(change.name(), password, change.tags()))
                .orElseGet(() -> AccessChanges.userWithHash(
                        change.name(), change.passwordHash().orElse(""), change.hashingAlgorithm(), change.tags()));
        return turns.take(() -> put(user));
    }

    @Override
    public CompletableFuture<Boolean> deleteUser(String name) {
        return turns.take(() -> isDefined(Definition.User.keyOf(name))
                ? changes.deleteUser(name)
                        .thenCompose(done -> vhosts.connections().closeOf(name, "user '" + name + "' is deleted"))
                        .thenApply(done -> true)
                : CompletableFuture.completedFuture(false));
    }

    @Override
    public List<PermissionView> permissions() {
        return catalog.all(Definition.Permission.class).stream()
                .map(permission -> new PermissionView(
                        permission.user(),
                        permission.vhost(),
                        permission.configure(),
                        permission.write(),
                        permission.read()))
                .toList();
    }

    @Override
    public CompletableFuture<Optional<Boolean>> putPermission(PermissionView wish) {
        Definition.Permission permission =
                AccessChanges.permission(wish.user(), wish.vhost(), wish.configure(), wish.write(), wish.read());
        return turns.take(() -> vhosts.find(wish.vhost()).isPresent() && isDefined(Definition.User.keyOf(wish.user()))
                ? put(permission).thenApply(Optional::of)
                : CompletableFuture.completedFuture(Optional.empty()));
    }

    @Override
    public CompletableFuture<Boolean> deletePermission(String vhost, String user) {
        DefinitionKey key = Definition.Permission.keyOf(vhost, user);
        return turns.take(() -> isDefined(key)
                ? changes.delete(key).thenApply(done -> true)
                : CompletableFuture.completedFuture(false));
    }

    private CompletableFuture<Boolean> put(Definition definition) {
        boolean isNew = !isDefined(definition.key());
        return changes.put(definition).thenApply(done -> isNew);
    }

    private boolean isDefined(DefinitionKey key) {
        return catalog.find(key).isPresent();
    }
}
