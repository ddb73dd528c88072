package dev.tandem.storage.log;

import dev.tandem.storage.schema.Segment;
import java.util.AbstractList;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/** A log's segments as of one moment, oldest first; the last may still grow. Immutable. */
final class Segments extends AbstractList<Segment> implements RandomAccess {
    static final Segment[] NONE = {};

    private final Segment[] complete;
    private final @Nullable Segment open;
    private final long bytes;

    /** Takes over an array that nobody changes any more; {@code completeBytes} is what its segments hold. */
    Segments(Segment[] complete, long completeBytes, @Nullable Segment open) {
        this.complete = complete;
        this.open = open;
        this.bytes = completeBytes + (open == null ? 0 : open.bytes());
    }

    /** The one that may still grow; null when there is none. */
    @Nullable
    Segment open() {
        return open;
    }

    /** Batch bytes stored in all of them. */
    long bytes() {
        return bytes;
    }

    @Override
    public int size() {
        return open == null ? complete.length : complete.length + 1;
    }

    @Override
    public Segment get(int index) {
        return index == complete.length && open != null ? open : complete[index];
    }
}
