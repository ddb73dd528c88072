package dev.tandem.amqp.access;

import dev.tandem.storage.catalog.Definition;

/** What a user may do in a virtual host, ready to be asked. */
final class Permissions {
    private final Definition.Permission definition;
    private final NamePattern configure;
    private final NamePattern write;
    private final NamePattern read;

    /**
     * Compiles a definition.
     *
     * @throws IllegalArgumentException when one of its texts is no regular expression
     */
    Permissions(Definition.Permission definition) {
        this.definition = definition;
        this.configure = new NamePattern(definition.configure());
        this.write = new NamePattern(definition.write());
        this.read = new NamePattern(definition.read());
    }

    Definition.Permission definition() {
        return definition;
    }

    boolean allow(Permission permission, String name) {
        return switch (permission) {
            case CONFIGURE -> configure.matches(name);
            case WRITE -> write.matches(name);
            case READ -> read.matches(name);
        };
    }
}
