package dev.tandem.storage.catalog;

import dev.tandem.storage.StorageException.CorruptData;
import dev.tandem.storage.record.Slice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The value of a {@code catalog} row: a version byte, then every field of the definition in the order of its record, so
 * that the key need not be decoded. Maps are written in key order: equal definitions have equal bytes.
 */
public final class DefinitionCodec {
    private static final int VERSION = 1;
    /** Of queues that say how many logs they have. */
    private static final int QUEUE_VERSION = 2;

    private DefinitionCodec() {}

    /** Encodes a definition. */
    public static byte[] encode(Definition definition) {
        var out = new ValueWriter().writeByte(versionOf(definition));
        switch (definition.key().kind()) {
            case TOPIC -> writeTopic(out, (Definition.Topic) definition);
            case VHOST -> out.writeString(((Definition.Vhost) definition).name());
            case EXCHANGE -> writeExchange(out, (Definition.Exchange) definition);
            case QUEUE -> writeQueue(out, (Definition.Queue) definition);
            case BINDING -> writeBinding(out, (Definition.Binding) definition);
            case USER -> writeUser(out, (Definition.User) definition);
            case CONFIG -> writeConfig(out, (Definition.Config) definition);
            case PERMISSION -> writePermission(out, (Definition.Permission) definition);
        }
        return out.toByteArray();
    }

    /** Reads what {@link #encode} wrote for a definition of this kind. */
    public static Definition decode(DefinitionKind kind, Slice value) {
        try {
            var in = new ValueReader(value);
            int version = in.readByte();
            int newest = kind == DefinitionKind.QUEUE ? QUEUE_VERSION : VERSION;
            if (version < VERSION || version > newest) {
                throw new CorruptData("has version " + version + ", this engine reads " + newest);
            }
            Definition definition =
                    switch (kind) {
                        case TOPIC -> readTopic(in);
                        case VHOST -> new Definition.Vhost(in.readString());
                        case EXCHANGE -> readExchange(in);
                        case QUEUE -> readQueue(in, version);
                        case BINDING -> readBinding(in);
                        case USER -> readUser(in);
                        case CONFIG -> readConfig(in);
                        case PERMISSION -> readPermission(in);
                    };
            in.requireEnd();
            return definition;
        } catch (CorruptData e) {
            throw new CorruptData("a catalog row of kind " + kind + " cannot be read: " + e.getMessage());
        }
    }

    private static int versionOf(Definition definition) {
        return definition instanceof Definition.Queue queue && queue.logCount() > 0 ? QUEUE_VERSION : VERSION;
    }

    private static void writeTopic(ValueWriter out, Definition.Topic topic) {
        out.writeString(topic.name())
                .writeLong(topic.id().getMostSignificantBits())
                .writeLong(topic.id().getLeastSignificantBits())
                .writeInt(topic.logIds().size());
        topic.logIds().forEach(out::writeLong);
        writeMap(out, topic.configs());
    }

    private static Definition readTopic(ValueReader in) {
        String name = in.readString();
        var id = new UUID(in.readLong(), in.readLong());
        int partitions = in.readCount(Long.BYTES);
        var logIds = new ArrayList<Long>(partitions);
        for (int i = 0; i < partitions; i++) {
            logIds.add(in.readLong());
        }
        return new Definition.Topic(name, id, logIds, readMap(in));
    }

    private static void writeExchange(ValueWriter out, Definition.Exchange exchange) {
        out.writeString(exchange.vhost())
                .writeString(exchange.name())
                .writeString(exchange.type())
                .writeBoolean(exchange.autoDelete())
                .writeBoolean(exchange.internal());
        writeSlice(out, exchange.arguments());
    }

    private static Definition readExchange(ValueReader in) {
        return new Definition.Exchange(
                in.readString(), in.readString(), in.readString(), in.readBoolean(), in.readBoolean(), in.readBytes());
    }

    private static void writeQueue(ValueWriter out, Definition.Queue queue) {
        out.writeString(queue.vhost())
                .writeString(queue.name())
                .writeLong(queue.logId())
                .writeBoolean(queue.autoDelete());
        writeSlice(out, queue.arguments());
        if (queue.logCount() > 0) {
            out.writeInt(queue.logCount());
        }
    }

    private static Definition readQueue(ValueReader in, int version) {
        String vhost = in.readString();
        String name = in.readString();
        long logId = in.readLong();
        boolean autoDelete = in.readBoolean();
        Slice arguments = in.readBytes();
        int logCount = version == QUEUE_VERSION ? in.readInt() : 0;
        if (logCount < 0 || (logCount == 0 && version == QUEUE_VERSION)) {
            throw new CorruptData("has " + logCount + " logs");
        }
        return new Definition.Queue(vhost, name, logId, logCount, autoDelete, arguments);
    }

    private static void writeBinding(ValueWriter out, Definition.Binding binding) {
        out.writeString(binding.vhost())
                .writeString(binding.source())
                .writeString(binding.destinationKind())
                .writeString(binding.destination())
                .writeString(binding.routingKey());
        writeSlice(out, binding.arguments());
    }

    private static Definition readBinding(ValueReader in) {
        return new Definition.Binding(
                in.readString(), in.readString(), in.readString(), in.readString(), in.readString(), in.readBytes());
    }

    private static void writeUser(ValueWriter out, Definition.User user) {
        out.writeString(user.name())
                .writeString(user.passwordHash())
                .writeString(user.hashing())
                .writeInt(user.tags().size());
        user.tags().forEach(out::writeString);
    }

    private static Definition readUser(ValueReader in) {
        String name = in.readString();
        String passwordHash = in.readString();
        String hashing = in.readString();
        int count = in.readCount(Integer.BYTES);
        List<String> tags = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            tags.add(in.readString());
        }
        return new Definition.User(name, passwordHash, hashing, tags);
    }

    private static void writeConfig(ValueWriter out, Definition.Config config) {
        out.writeString(config.scope()).writeString(config.name());
        writeMap(out, config.values());
    }

    private static Definition readConfig(ValueReader in) {
        return new Definition.Config(in.readString(), in.readString(), readMap(in));
    }

    private static void writePermission(ValueWriter out, Definition.Permission permission) {
        out.writeString(permission.vhost())
                .writeString(permission.user())
                .writeString(permission.configure())
                .writeString(permission.write())
                .writeString(permission.read());
    }

    private static Definition readPermission(ValueReader in) {
        return new Definition.Permission(
                in.readString(), in.readString(), in.readString(), in.readString(), in.readString());
    }

    private static void writeSlice(ValueWriter out, Slice bytes) {
        out.writeBytes(bytes.array(), bytes.offset(), bytes.length());
    }

    private static void writeMap(ValueWriter out, Map<String, String> map) {
        out.writeInt(map.size());
        new TreeMap<>(map).forEach((name, value) -> out.writeString(name).writeString(value));
    }

    private static Map<String, String> readMap(ValueReader in) {
        int count = in.readCount(2 * Integer.BYTES);
        var map = new HashMap<String, String>();
        for (int i = 0; i < count; i++) {
            String name = in.readString();
            if (map.put(name, in.readString()) != null) {
                throw new CorruptData("names '" + name + "' twice");
            }
        }
        return map;
    }
}
