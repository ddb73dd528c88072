package dev.tandem.storage.log;

import dev.tandem.storage.record.StoredEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * Recently committed entries of all logs. An entry is a slice of its commit group's array, so the cache evicts whole
 * groups, oldest first: that is what frees their arrays.
 *
 * <p>Filled by the commit thread; read from any thread.
 */
public final class TailCache {
    /** Heap that an entry takes besides its bytes: entry, slice, envelope, and its places in ring and list. */
    private static final int ENTRY_BYTES = 144;

    private final long capacityBytes;
    private final ArrayDeque<CachedGroup> groups = new ArrayDeque<>();
    private volatile long bytes;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    public TailCache(long capacityBytes) {
        this.capacityBytes = capacityBytes;
    }

    /**
     * Adds a group's entries. Commit thread.
     *
     * @param arrayBytes size of the array that the entries share
     */
    public void add(List<LogState> logs, List<StoredEntry> entries, int arrayBytes) {
        for (int i = 0; i < entries.size(); i++) {
            logs.get(i).tail().add(entries.get(i));
        }
        long heapBytes = arrayBytes + (long) entries.size() * ENTRY_BYTES;
        groups.add(new CachedGroup(List.copyOf(logs), heapBytes));
        long held = bytes + heapBytes;
        while (held > capacityBytes && groups.size() > 1) {
            CachedGroup oldest = groups.remove();
            held -= oldest.heapBytes;
            for (LogState log : oldest.logs) {
                log.tail().removeFirst();
            }
        }
        bytes = held;
    }

    /** Forgets everything. Commit thread. */
    void clear() {
        for (CachedGroup group : groups) {
            for (LogState log : group.logs) {
                log.tail().removeFirst();
            }
        }
        groups.clear();
        bytes = 0;
    }

    /** Heap that the cached groups take. */
    public long sizeInBytes() {
        return bytes;
    }

    long hits() {
        return hits.sum();
    }

    long misses() {
        return misses.sum();
    }

    void countHit() {
        hits.increment();
    }

    void countMiss() {
        misses.increment();
    }

    /** One reference per entry, in the order the entries were added to their logs. */
    private record CachedGroup(List<LogState> logs, long heapBytes) {}

    /** The cached entries of one log: a contiguous run up to its written end. */
    static final class Tail {
        private StoredEntry[] ring = new StoredEntry[4];
        private int first;
        private int size;
        private long hiddenBelow;

        synchronized void add(StoredEntry entry) {
            if (size == ring.length) {
                var larger = new StoredEntry[ring.length * 2];
                for (int i = 0; i < size; i++) {
                    larger[i] = at(i);
                }
                ring = larger;
                first = 0;
            }
            ring[(first + size) & (ring.length - 1)] = entry;
            size++;
        }

        @SuppressWarnings("NullAway") // a freed cell is never read
        synchronized void removeFirst() {
            ring[first] = null;
            first = (first + 1) & (ring.length - 1);
            size--;
            if (size == 0 && ring.length > 64) {
                ring = new StoredEntry[4];
                first = 0;
            }
        }

        /** What begins below an offset is not served any more. The ring itself stays as the groups count on it. */
        synchronized void hideBelow(long offset) {
            hiddenBelow = Math.max(hiddenBelow, offset);
        }

        /** As {@link Log#readCached}. */
        synchronized Optional<LogRead> read(long offset, long endOffset, int maxBytes) {
            if (size == 0
                    || offset < hiddenBelow
                    || offset < at(0).baseOffset()
                    || offset >= at(size - 1).endOffset()) {
                return Optional.empty();
            }
            int low = 0;
            int high = size - 1;
            while (low < high) {
                int middle = (low + high + 1) >>> 1;
                if (at(middle).baseOffset() <= offset) {
                    low = middle;
                } else {
                    high = middle - 1;
                }
            }
            var entries = new ArrayList<StoredEntry>();
            long bytes = 0;
            long next = offset;
            for (int i = low; i < size; i++) {
                StoredEntry entry = at(i);
                if (entry.baseOffset() >= endOffset) {
                    break;
                }
                bytes += entry.sizeInMemory();
                if (bytes > maxBytes && !entries.isEmpty()) {
                    break;
                }
                entries.add(entry);
                next = entry.endOffset();
            }
            return Optional.of(new LogRead(entries, next));
        }

        private StoredEntry at(int index) {
            return ring[(first + index) & (ring.length - 1)];
        }
    }
}
