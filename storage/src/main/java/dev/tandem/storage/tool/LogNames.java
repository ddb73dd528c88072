package dev.tandem.storage.tool;

import dev.tandem.storage.catalog.Catalog;
import dev.tandem.storage.catalog.Definition;
import java.util.HashMap;
import java.util.Map;

/** What each log is the log of, as the definitions tell. */
final class LogNames {
    private final Map<Long, String> names = new HashMap<>();

    LogNames(Catalog catalog) {
        for (var topic : catalog.all(Definition.Topic.class)) {
            for (int partition = 0; partition < topic.logIds().size(); partition++) {
                names.put(topic.logIds().get(partition), "topic '" + topic.name() + "' partition " + partition);
            }
        }
        for (var queue : catalog.all(Definition.Queue.class)) {
            String name = "queue '" + queue.name() + "' in vhost '" + queue.vhost() + "'";
            names.put(queue.logId(), name);
            for (int priority = 1; priority < queue.logCount(); priority++) {
                names.put(queue.logId() + priority, name + " priority " + priority);
            }
        }
    }

    String of(long logId) {
        return names.getOrDefault(logId, "no definition");
    }
}
