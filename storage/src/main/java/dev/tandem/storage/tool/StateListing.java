package dev.tandem.storage.tool;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.body.BodyRange;
import dev.tandem.storage.body.SharedBodies;
import dev.tandem.storage.catalog.Catalog;
import dev.tandem.storage.catalog.Definition;
import dev.tandem.storage.group.GroupRows;
import dev.tandem.storage.rocksdb.RocksStore;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Prints what is not a log: segments of shared bodies, definitions, the group coordinator's partitions. */
final class StateListing {
    /** More coordinator partitions than a broker has. */
    private static final int GROUP_PARTITIONS = 64;

    private static final List<Class<? extends Definition>> KINDS = List.of(
            Definition.Topic.class,
            Definition.Vhost.class,
            Definition.Exchange.class,
            Definition.Queue.class,
            Definition.Binding.class,
            Definition.User.class,
            Definition.Permission.class,
            Definition.Config.class);

    private final RocksStore store;
    private final Catalog catalog;
    private final Lines lines;

    StateListing(RocksStore store, Catalog catalog, Lines lines) {
        this.store = store;
        this.catalog = catalog;
        this.lines = lines;
    }

    void print() {
        lines.print();
        printBodies();
        lines.print();
        printDefinitions();
        lines.print();
        printGroups();
    }

    private void printBodies() {
        lines.print("segment of shared bodies", "log", "first offset", "end");
        try {
            SharedBodies.load(store).segments().forEach(this::printSegment);
        } catch (CorruptData e) {
            lines.damage("shared bodies: " + e.getMessage());
        }
    }

    private void printSegment(long segment, Map<Long, BodyRange> referrers) {
        new TreeMap<>(referrers)
                .forEach((logId, range) -> lines.print(segment, logId, range.firstOffset(), range.endOffset()));
    }

    private void printDefinitions() {
        lines.print("definitions");
        for (var kind : KINDS) {
            // A password hash is a secret too.
            catalog.all(kind)
                    .forEach(definition ->
                            lines.print(definition instanceof Definition.User ? definition.key() : definition));
        }
    }

    private void printGroups() {
        lines.print("coordinator partition", "next offset", "keys", "pending");
        var groups = new GroupRows(store);
        for (int number = 0; number < GROUP_PARTITIONS; number++) {
            try {
                var partition = groups.load(number);
                if (partition.nextOffset() > 0) {
                    lines.print(
                            number,
                            partition.nextOffset(),
                            partition.committed().size(),
                            partition.pending().size());
                }
            } catch (CorruptData e) {
                lines.damage("coordinator partition " + number + ": " + e.getMessage());
            }
        }
    }
}
