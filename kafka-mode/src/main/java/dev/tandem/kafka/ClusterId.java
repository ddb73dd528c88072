package dev.tandem.kafka;

import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.catalog.Definition;
import dev.tandem.storage.catalog.DefinitionKey;
import dev.tandem.storage.catalog.DefinitionKind;
import dev.tandem.storage.commit.Change;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.Durability;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;

/** The cluster's id: made up at the first start of a data directory, and kept in its catalog. */
final class ClusterId {
    private static final String SCOPE = "broker";
    private static final String NAME = "cluster";
    private static final String VALUE = "id";

    private ClusterId() {}

    /** The stored id, or a new one once it is stored. */
    static CompletableFuture<String> ensure(StorageEngine storage) {
        var key = DefinitionKey.of(DefinitionKind.CONFIG, SCOPE, NAME);
        var stored = storage.catalog().find(key);
        if (stored.isPresent() && stored.get() instanceof Definition.Config config) {
            String id = config.values().get(VALUE);
            if (id != null) {
                return CompletableFuture.completedFuture(id);
            }
        }
        String id = Uuid.randomUuid().toString();
        var definition = new Definition.Config(SCOPE, NAME, Map.of(VALUE, id));
        return storage.commit(Commit.builder().add(new Change.Define(definition, false)), Durability.SYNCED)
                .thenApply(result -> id);
    }
}
