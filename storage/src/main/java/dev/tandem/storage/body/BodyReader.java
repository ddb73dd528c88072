package dev.tandem.storage.body;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.record.BodyReference;
import dev.tandem.storage.record.MessageView;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.record.StoredEntry;
import dev.tandem.storage.rocksdb.RocksStore;
import dev.tandem.storage.schema.ColumnFamily;
import dev.tandem.storage.schema.StorageSchema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the bodies that an entry's messages share with other logs, and checks them. Blocks. */
public final class BodyReader {
    private final RocksStore store;

    public BodyReader(RocksStore store) {
        this.store = store;
    }

    /** Bytes of the shared bodies of an entry's messages from an offset on. */
    public static long bytesFrom(StoredEntry entry, long offset) {
        return wantedFrom(entry, offset, Long.MAX_VALUE).stream()
                .mapToLong(wanted -> wanted.reference.length())
                .sum();
    }

    /**
     * The entry with the bodies of its messages from an offset on, as far as they fit. A message behind that offset may come
     * without: for want of room; or because it was acknowledged and its body is gone; or because that is damaged, which
     * reading from the message's own offset tells.
     *
     * @param maxBytes reading stops before the body that would pass it, but never before the first
     * @throws CorruptData when the body of the message at {@code offset} itself is missing or damaged
     */
    public StoredEntry readFrom(StoredEntry entry, long offset, long maxBytes) {
        List<Wanted> wanted = wantedFrom(entry, offset, maxBytes);
        var keys = new ArrayList<byte[]>(wanted.size());
        wanted.forEach(body -> keys.add(StorageSchema.bodyKey(body.reference.id())));
        List<byte @Nullable []> rows = store.getAll(ColumnFamily.BODIES, keys);
        var bodies = new @Nullable Slice[entry.recordCount()];
        for (int i = 0; i < wanted.size(); i++) {
            Wanted body = wanted.get(i);
            try {
                bodies[body.index] = check(rows.get(i), body.reference);
            } catch (CorruptData e) {
                if (body.offset == offset) {
                    throw new CorruptData("the message at offset " + offset + " cannot be read: " + e.getMessage());
                }
            }
        }
        return entry.withSharedBodies(bodies);
    }

    private static List<Wanted> wantedFrom(StoredEntry entry, long offset, long maxBytes) {
        var wanted = new ArrayList<Wanted>();
        long bytes = 0;
        for (int i = 0; i < entry.recordCount(); i++) {
            MessageView message = entry.message(i);
            BodyReference reference = message.sharedBody();
            if (reference == null || message.offset() < offset) {
                continue;
            }
            bytes += reference.length();
            if (bytes > maxBytes && !wanted.isEmpty()) {
                break;
            }
            wanted.add(new Wanted(i, message.offset(), reference));
        }
        return wanted;
    }

    private static Slice check(byte @Nullable [] row, BodyReference reference) {
        if (row == null) {
            throw new CorruptData("shared body " + reference.id() + " is missing");
        }
        return BodyRows.read(row, reference);
    }

    /** A body to read, and the message that it is for. */
    private record Wanted(int index, long offset, BodyReference reference) {}
}
