package dev.tandem.amqp.delivery;

import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.FieldTableBuilder;
import dev.tandem.amqp.wire.FieldValue;
import dev.tandem.amqp.wire.ShortString;
import dev.tandem.storage.record.MessageRecord;
import dev.tandem.storage.record.MessageView;
import dev.tandem.storage.record.Slice;
import dev.tandem.storage.record.UnpackedRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The records of one partition as AMQP messages: the value is the body, exchange "" and the topic's name as routing key,
 * delivery-mode 2, the timestamp in seconds, headers in the header table, and beside them what AMQP has no place for.
 * Stateless: for any thread.
 */
final class RecordMessages {
    static final String KEY = "x-kafka-key";
    static final String PARTITION = "x-kafka-partition";
    static final String OFFSET = "x-kafka-offset";
    static final String TIMESTAMP = "x-kafka-timestamp";
    static final String NULL_VALUE = "x-kafka-null-value";
    static final String LEFT_OUT = "x-kafka-headers-left-out";

    /** A content header is one frame; clients take frames of 128 KiB. */
    private static final int MAX_TABLE_BYTES = 100 << 10;

    /** What an entry takes beside its name and its bytes. */
    private static final int ENTRY_BYTES = 16;

    /** AMQP 0-9-1 §4.2.6.1: headers, delivery-mode. */
    private static final int FLAGS = 0x2000 | 0x1000;

    private static final int TIMESTAMP_FLAG = 0x40;
    private static final byte PERSISTENT = 2;

    private final Slice topic;
    private final int partition;

    /** Messages of a partition. */
    RecordMessages(String topic, int partition) {
        this.topic = ShortString.of(topic).bytes();
        this.partition = partition;
    }

    /** The message of a record; its offset is a {@link Position}. */
    MessageView of(UnpackedRecord unpacked) {
        Slice value = unpacked.value();
        Slice encoded = MessageRecord.encode(
                true, Long.MAX_VALUE, Slice.EMPTY, topic, properties(unpacked), value == null ? Slice.EMPTY : value);
        return MessageView.read(encoded, Position.of(partition, unpacked.offset()), unpacked.timestampMillis());
    }

    private Slice properties(UnpackedRecord unpacked) {
        Slice table = headers(unpacked).bytes();
        boolean hasTimestamp = unpacked.timestampMillis() >= 0;
        var buffer = ByteBuffer.allocate(2 + 4 + table.length() + 1 + (hasTimestamp ? 8 : 0));
        buffer.putShort((short) (FLAGS | (hasTimestamp ? TIMESTAMP_FLAG : 0)));
        buffer.putInt(table.length());
        buffer.put(table.array(), table.offset(), table.length());
        buffer.put(PERSISTENT);
        if (hasTimestamp) {
            buffer.putLong(unpacked.timestampMillis() / 1000);
        }
        return Slice.of(buffer.array());
    }

    private FieldTable headers(UnpackedRecord unpacked) {
        var table = FieldTable.builder();
        int room = MAX_TABLE_BYTES;
        boolean leftOut = false;
        Slice key = unpacked.key();
        if (key != null) {
            if (key.length() <= room) {
                table.put(KEY, new FieldValue.LongString(key));
                room -= key.length();
            } else {
                leftOut = true;
            }
        }
        for (var header : byName(unpacked.headers()).entrySet()) {
            int size = sizeOf(header.getKey(), header.getValue());
            if (size <= room && isFree(header.getKey())) {
                put(table, header.getKey(), header.getValue());
                room -= size;
            } else {
                leftOut = true;
            }
        }
        table.put(PARTITION, partition).put(OFFSET, unpacked.offset());
        if (unpacked.timestampMillis() >= 0) {
            table.put(TIMESTAMP, unpacked.timestampMillis());
        }
        if (unpacked.value() == null) {
            table.put(NULL_VALUE, true);
        }
        if (leftOut) {
            table.put(LEFT_OUT, true);
        }
        return table.build();
    }

    /** A Kafka record may have a header twice, a table may not: then its value is an array. */
    private static Map<String, List<FieldValue>> byName(List<UnpackedRecord.Header> headers) {
        var byName = new LinkedHashMap<String, List<FieldValue>>();
        for (UnpackedRecord.Header header : headers) {
            byName.computeIfAbsent(header.name(), name -> new ArrayList<>()).add(valueOf(header.value()));
        }
        return byName;
    }

    private static FieldValue valueOf(@Nullable Slice value) {
        return value == null ? new FieldValue.Void() : new FieldValue.LongString(value);
    }

    private static int sizeOf(String name, List<FieldValue> values) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length + ENTRY_BYTES;
        for (FieldValue value : values) {
            bytes += ENTRY_BYTES
                    + (value instanceof FieldValue.LongString text
                            ? text.bytes().length()
                            : 0);
        }
        return bytes;
    }

    /** Whether a record's own header may have a name: it fits the wire, and does not look like the broker's. */
    private static boolean isFree(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length <= ShortString.MAX_LENGTH && !name.startsWith("x-kafka-");
    }

    private static void put(FieldTableBuilder table, String name, List<FieldValue> values) {
        if (values.size() == 1) {
            table.put(name, values.get(0));
        } else {
            table.put(name, values);
        }
    }
}
