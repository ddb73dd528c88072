package dev.tandem.console.testsupport;

import dev.tandem.amqp.admin.AccessAdmin;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** Virtual hosts, users and permissions in memory; a user's password is what it was set to. */
public final class FakeAccess implements AccessAdmin {
    private final TreeSet<String> vhosts = new TreeSet<>(List.of("/"));
    private final Map<String, UserChange> users = new TreeMap<>();
    private final List<PermissionView> permissions = new ArrayList<>();

    FakeAccess() {
        users.put("guest", user("guest", "guest", "administrator"));
        users.put("watcher", user("watcher", "watcher", "monitoring"));
    }

    private static UserChange user(String name, String password, String tag) {
        return new UserChange(name, Optional.of(password), Optional.empty(), "sha", List.of(tag));
    }

    @Override
    public synchronized Optional<List<String>> login(String user, String password, InetAddress peer) {
        return Optional.ofNullable(users.get(user))
                .filter(known -> known.password().equals(Optional.of(password)))
                .map(UserChange::tags);
    }

    @Override
    public synchronized List<String> vhosts() {
        return List.copyOf(vhosts);
    }

    @Override
    public synchronized CompletableFuture<Boolean> putVhost(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a vhost needs a name");
        }
        return CompletableFuture.completedFuture(vhosts.add(name));
    }

    @Override
    public synchronized CompletableFuture<Boolean> deleteVhost(String name) {
        return CompletableFuture.completedFuture(vhosts.remove(name));
    }

    @Override
    public synchronized List<UserView> users() {
        return users.values().stream()
                .map(user -> new UserView(
                        user.name(), user.passwordHash().orElse("hashed"), user.hashingAlgorithm(), user.tags()))
                .toList();
    }

    @Override
    public synchronized CompletableFuture<Boolean> putUser(UserChange change) {
        return CompletableFuture.completedFuture(users.put(change.name(), change) == null);
    }

    @Override
    public synchronized CompletableFuture<Boolean> deleteUser(String name) {
        return CompletableFuture.completedFuture(users.remove(name) != null);
    }

    @Override
    public synchronized List<PermissionView> permissions() {
        return List.copyOf(permissions);
    }

    @Override
    public synchronized CompletableFuture<Optional<Boolean>> putPermission(PermissionView permission) {
        if (!vhosts.contains(permission.vhost()) || !users.containsKey(permission.user())) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        boolean isNew = !remove(permission.vhost(), permission.user());
        permissions.add(permission);
        return CompletableFuture.completedFuture(Optional.of(isNew));
    }

    @Override
    public synchronized CompletableFuture<Boolean> deletePermission(String vhost, String user) {
        return CompletableFuture.completedFuture(remove(vhost, user));
    }

    private boolean remove(String vhost, String user) {
        return permissions.removeIf(permission ->
                permission.vhost().equals(vhost) && permission.user().equals(user));
    }
}
