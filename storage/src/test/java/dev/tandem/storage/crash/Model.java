package dev.tandem.storage.crash;

import dev.tandem.storage.catalog.Definition;
import dev.tandem.storage.catalog.DefinitionKey;
import dev.tandem.storage.commit.Change.CreateLog.Retention;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What an engine must hold, in plain Java. */
final class Model {
    /** Commits applied; stored with each of them as the head of a coordinator partition of its own. */
    long applied;

    final Map<Long, Log> logs = new TreeMap<>();
    final List<Long> deletedLogs = new ArrayList<>();
    final Map<DefinitionKey, Definition> definitions = new HashMap<>();
    final Map<Integer, Group> groups = new TreeMap<>();
    final Map<Producer, Last> producers = new HashMap<>();
    long nextProducerId = 1;

    static final class Log {
        final Retention retention;
        /** By offset. */
        final List<Item> items = new ArrayList<>();

        final Map<Integer, BitSet> acknowledged = new TreeMap<>();
        /** By cursor, then offset; those of offsets acknowledged since no longer count. */
        final Map<Integer, Map<Integer, Integer>> deliveries = new TreeMap<>();

        int start;

        Log(Retention retention) {
            this.retention = retention;
        }

        BitSet cursor(int cursorId) {
            return acknowledged.computeIfAbsent(cursorId, id -> {
                var none = new BitSet();
                none.set(0, start);
                return none;
            });
        }

        void trim(int offset) {
            start = Math.max(start, Math.min(offset, items.size()));
            acknowledged.values().forEach(offsets -> offsets.set(0, start));
        }
    }

    /**
     * A body, told by what it begins with and its length; a Kafka batch stands at each of its offsets.
     *
     * @param isShared stored once for several logs: it may be gone where it is acknowledged
     */
    record Item(String tag, int length, boolean isShared) {
        String body() {
            return tag + "x".repeat(Math.max(0, length - tag.length()));
        }
    }

    static final class Group {
        long nextOffset;
        final Map<String, Value> committed = new TreeMap<>();
        /** By producer, then key. */
        final Map<Long, Map<String, Value>> pending = new TreeMap<>();
    }

    /** A value and the offset of its record; null deletes. */
    record Value(long recordOffset, @Nullable String value) {}

    record Producer(long logId, long producerId) {}

    /** A producer's last batch. */
    record Last(int sequence, long baseOffset) {}
}
