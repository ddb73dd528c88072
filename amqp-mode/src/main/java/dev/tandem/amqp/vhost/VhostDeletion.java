package dev.tandem.amqp.vhost;

import dev.tandem.amqp.delivery.QueueSettings;
import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.storage.catalog.Catalog;
import dev.tandem.storage.catalog.Definition;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Commit;

/** What the deletion of a virtual host changes in the catalog: everything in it goes, and who may enter, in one commit. */
final class VhostDeletion {
    private VhostDeletion() {}

    /** The changes, for the catalog as it stands: nothing of the virtual host may be on its way there. */
    static Commit.Builder changes(Catalog catalog, String vhost) {
        var changes = Commit.builder();
        for (Definition.Binding binding : catalog.all(Definition.Binding.class)) {
            if (binding.vhost().equals(vhost)) {
                changes.add(new Change.Undefine(binding.key(), false));
            }
        }
        for (Definition.Exchange exchange : catalog.all(Definition.Exchange.class)) {
            if (exchange.vhost().equals(vhost)) {
                changes.add(new Change.Undefine(exchange.key(), false));
            }
        }
        for (Definition.Queue queue : catalog.all(Definition.Queue.class)) {
            if (queue.vhost().equals(vhost)) {
                undefine(changes, queue, catalog);
            }
        }
        for (Definition.Permission permission : catalog.all(Definition.Permission.class)) {
            if (permission.vhost().equals(vhost)) {
                changes.add(new Change.Undefine(permission.key(), false));
            }
        }
        changes.add(new Change.Undefine(new Definition.Vhost(vhost).key(), false));
        return changes;
    }

    private static void undefine(Commit.Builder changes, Definition.Queue queue, Catalog catalog) {
        var settings = new QueueSettings(
                queue.vhost(), queue.name(), true, queue.autoDelete(), null, FieldTable.parse(queue.arguments()));
        DefinitionWriter.undefine(changes, settings, queue.logId(), catalog);
        for (int lane = 1; lane < VirtualHosts.logCount(queue, settings); lane++) {
            changes.add(new Change.DeleteLog(queue.logId() + lane));
        }
    }
}
