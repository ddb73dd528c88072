package dev.tandem.storage.log;

import dev.tandem.storage.buffer.Arena;
import dev.tandem.storage.buffer.ChunkPool;
import dev.tandem.storage.buffer.Lease;
import dev.tandem.storage.record.StoredEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Recently committed entries of all logs. An entry is a slice of its commit group's arrays, so the cache evicts whole
 * groups, oldest first: that is what frees their arrays.
 *
 * <p>Filled by the commit thread; read from any thread.
 */
public final class TailCache {
    /** Heap that an entry takes besides its bytes: entry, slice, envelope, and its places in ring and list. */
    private static final int ENTRY_BYTES = 168;

    private final long capacityBytes;
    private final Arena arena;
    private final ArrayDeque<CachedGroup> groups = new ArrayDeque<>();
    private volatile long bytes;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    public TailCache(long capacityBytes) {
        this(capacityBytes, ChunkPool.keeping(capacityBytes / 4));
    }

    /** A cache whose entries lie in the chunks of a pool. */
    TailCache(long capacityBytes, ChunkPool pool) {
        this.capacityBytes = capacityBytes;
        this.arena = new Arena(pool);
    }

    /** Where the large values of groups are written that are added later. Commit thread. */
    public Arena arena() {
        return arena;
    }

    /**
     * Adds a group's entries. Commit thread.
     *
     * @param logs the log of each entry; those of one log lie together
     * @param groupBytes size of the arrays that the entries lie in
     * @param lease on those of them that are used again
     * @param added takes each log once all of its entries are here
     */
    public void add(
            List<LogState> logs, List<StoredEntry> entries, long groupBytes, Lease lease, Consumer<LogState> added) {
        lease.retain();
        for (int i = 0; i < entries.size(); i++) {
            LogState log = logs.get(i);
            log.tail().add(entries.get(i), lease);
            if (i + 1 == entries.size() || logs.get(i + 1) != log) {
                added.accept(log);
            }
        }
        long heapBytes = groupBytes + (long) entries.size() * ENTRY_BYTES;
        groups.add(new CachedGroup(List.copyOf(logs), heapBytes, lease));
        long held = bytes + heapBytes;
        while (held > capacityBytes && groups.size() > 1) {
            CachedGroup oldest = groups.remove();
            held -= oldest.heapBytes;
            oldest.evict();
        }
        bytes = held;
    }

    /** Forgets everything. Commit thread. */
    void clear() {
        groups.forEach(CachedGroup::evict);
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
    private record CachedGroup(List<LogState> logs, long heapBytes, Lease lease) {
        /** Takes the entries from their logs; a reader that has one by then holds the lease too. */
        void evict() {
            for (LogState log : logs) {
                log.tail().removeFirst();
            }
            lease.release();
        }
    }

    /** The cached entries of one log: a contiguous run up to its written end. */
    static final class Tail {
        private Cached[] ring = new Cached[4];
        private int first;
        private int size;
        private long hiddenBelow;

        synchronized void add(StoredEntry entry, Lease lease) {
            if (size == ring.length) {
                var larger = new Cached[ring.length * 2];
                for (int i = 0; i < size; i++) {
                    larger[i] = at(i);
                }
                ring = larger;
                first = 0;
            }
            ring[(first + size) & (ring.length - 1)] = new Cached(entry, lease);
            size++;
        }

        @SuppressWarnings("NullAway") // a freed cell is never read
        synchronized void removeFirst() {
            ring[first] = null;
            first = (first + 1) & (ring.length - 1);
            size--;
            if (size == 0 && ring.length > 64) {
                ring = new Cached[4];
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
                    || offset < at(0).entry.baseOffset()
                    || offset >= at(size - 1).entry.endOffset()) {
                return Optional.empty();
            }
            int low = 0;
            int high = size - 1;
            while (low < high) {
                int middle = (low + high + 1) >>> 1;
                if (at(middle).entry.baseOffset() <= offset) {
                    low = middle;
                } else {
                    high = middle - 1;
                }
            }
            var entries = new ArrayList<StoredEntry>();
            var held = new ArrayList<Lease>(1);
            long bytes = 0;
            long next = offset;
            for (int i = low; i < size; i++) {
                StoredEntry entry = at(i).entry;
                if (entry.baseOffset() >= endOffset) {
                    break;
                }
                bytes += entry.sizeInMemory();
                if (bytes > maxBytes && !entries.isEmpty()) {
                    break;
                }
                entries.add(entry);
                hold(at(i).lease, held);
                next = entry.endOffset();
            }
            return Optional.of(new LogRead(entries, next, LogRead.Hold.of(held)));
        }

        /** The cache holds a lease as long as one of its entries is here. */
        private static void hold(Lease lease, List<Lease> held) {
            if (lease != Lease.NONE && (held.isEmpty() || held.get(held.size() - 1) != lease)) {
                lease.retain();
                held.add(lease);
            }
        }

        private Cached at(int index) {
            return ring[(first + index) & (ring.length - 1)];
        }
    }

    /** An entry and where it lies: one object, for a log's ring is seldom at hand when the commit thread comes to it. */
    private record Cached(StoredEntry entry, Lease lease) {}
}
