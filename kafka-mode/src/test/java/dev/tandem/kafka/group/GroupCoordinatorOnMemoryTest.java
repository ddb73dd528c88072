package dev.tandem.kafka.group;

import dev.tandem.storage.StorageEngine;

class GroupCoordinatorOnMemoryTest extends GroupCoordinatorContract {

    @Override
    StorageEngine openStore() {
        return new InMemoryGroupStore();
    }

    @Override
    StorageEngine reopenStore(StorageEngine store) {
        return store;
    }
}
