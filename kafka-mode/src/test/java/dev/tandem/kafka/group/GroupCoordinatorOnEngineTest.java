package dev.tandem.kafka.group;

import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.StorageEngine;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class GroupCoordinatorOnEngineTest extends GroupCoordinatorContract {
    @TempDir
    private Path dataDir;

    @Override
    StorageEngine openStore() {
        return StorageEngine.open(StorageConfig.defaults(dataDir));
    }

    @Override
    StorageEngine reopenStore(StorageEngine store) {
        store.close();
        return openStore();
    }
}
