package dev.tandem.amqp.wire;

import dev.tandem.storage.record.Slice;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A field table (AMQP 0-9-1 §4.2.5.5): its bytes exactly as received, without the length, and a view of its entries that
 * is decoded when first asked for. Equal by bytes.
 *
 * <p>Checked as a whole when parsed, so that looking into it later never fails. Of entries with the same name the first
 * one counts, as in RabbitMQ; the bytes keep them all.
 */
public final class FieldTable {
    /** Tables and arrays within each other; deeper ones are refused. */
    public static final int MAX_DEPTH = 32;

    public static final FieldTable EMPTY = new FieldTable(Slice.EMPTY);

    private final Slice bytes;
    private @Nullable Map<String, FieldValue> entries;

    private FieldTable(Slice bytes) {
        this.bytes = bytes;
    }

    /**
     * A table of received bytes, which are shared.
     *
     * @throws WireException when they are no table or nest deeper than {@link #MAX_DEPTH}
     */
    public static FieldTable parse(Slice bytes) {
        if (bytes.isEmpty()) {
            return EMPTY;
        }
        FieldTableReader.checkTable(bytes);
        return new FieldTable(bytes);
    }

    /** A table within a table that was checked already. */
    static FieldTable checked(Slice bytes) {
        return bytes.isEmpty() ? EMPTY : new FieldTable(bytes);
    }

    /** A table of entries, encoded in the order of the builder. */
    public static FieldTableBuilder builder() {
        return new FieldTableBuilder();
    }

    /** The entries as they stand on the wire, without the 32-bit length. */
    public Slice bytes() {
        return bytes;
    }

    public boolean isEmpty() {
        return bytes.isEmpty();
    }

    /** Entries by name, in the order received; unmodifiable. */
    public Map<String, FieldValue> entries() {
        Map<String, FieldValue> decoded = entries;
        if (decoded == null) {
            decoded = Collections.unmodifiableMap(FieldTableReader.readTable(bytes));
            entries = decoded;
        }
        return decoded;
    }

    /** The value of a name. */
    public Optional<FieldValue> find(String name) {
        return bytes.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(entries().get(name));
    }

    /** Entries as plain Java values, in order, for the console; see {@link FieldValue#toJava}. */
    public Map<String, @Nullable Object> toJava() {
        var map = new LinkedHashMap<String, @Nullable Object>();
        entries().forEach((name, value) -> map.put(name, value.toJava()));
        return Collections.unmodifiableMap(map);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof FieldTable other && bytes.equals(other.bytes);
    }

    @Override
    public int hashCode() {
        return bytes.hashCode();
    }

    @Override
    public String toString() {
        return entries().toString();
    }
}
