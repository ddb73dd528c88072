package dev.tandem.amqp;

import dev.tandem.amqp.access.AccessChanges;
import dev.tandem.amqp.vhost.VirtualHosts;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Checks what the configuration says of virtual hosts, users and permissions, before anything is started. */
final class AccessSettings {
    private AccessSettings() {}

    /**
     * Checks them.
     *
     * @throws IllegalArgumentException naming the key and what is wrong
     */
    static void check(List<String> vhosts, List<UserSetting> users, List<PermissionSetting> permissions) {
        check("amqp.vhosts", () -> vhosts.forEach(VirtualHosts::requireName));
        check("amqp.users", () -> users.forEach(AccessSettings::check));
        check("amqp.permissions", () -> permissions.forEach(AccessSettings::check));
    }

    private static void check(UserSetting user) {
        require(user.name(), "a user", "name");
        if ((user.password() == null) == (user.passwordHash() == null)) {
            throw new IllegalArgumentException(
                    "user '" + user.name() + "' needs either password or password-hash, and not both");
        }
        if (user.password() != null && user.password().isEmpty()) {
            throw new IllegalArgumentException("the password of user '" + user.name() + "' is empty");
        }
        AccessChanges.userWithHash(
                user.name(),
                user.passwordHash() == null ? "" : user.passwordHash(),
                user.hashingOrDefault(),
                user.tagsOrNone());
    }

    private static void check(PermissionSetting permission) {
        require(permission.user(), "a permission", "user");
        require(permission.vhost(), "a permission", "vhost");
        String whose = "the permission of '" + permission.user() + "' in '" + permission.vhost() + "'";
        require(permission.configure(), whose, "configure");
        require(permission.write(), whose, "write");
        require(permission.read(), whose, "read");
        AccessChanges.permission(
                permission.user(), permission.vhost(), permission.configure(), permission.write(), permission.read());
    }

    /** What a file leaves out is null. */
    private static void require(@Nullable String value, String what, String name) {
        if (Objects.isNull(value)) {
            throw new IllegalArgumentException(what + " has no " + name);
        }
    }

    private static void check(String key, Runnable check) {
        try {
            check.run();
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(key + ": " + wrong.getMessage(), wrong);
        }
    }
}
