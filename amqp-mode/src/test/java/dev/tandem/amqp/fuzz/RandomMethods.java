package dev.tandem.amqp.fuzz;

import dev.tandem.amqp.method.BasicMethod;
import dev.tandem.amqp.method.ChannelMethod;
import dev.tandem.amqp.method.ConnectionMethod;
import dev.tandem.amqp.method.Method;
import dev.tandem.amqp.method.MethodSupport;
import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.FieldTableBuilder;
import dev.tandem.amqp.wire.FieldValue;
import dev.tandem.amqp.wire.ShortString;
import dev.tandem.storage.record.Slice;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/** Any method that there is, with arguments that may even make sense. */
final class RandomMethods {
    private static final List<Class<?>> METHODS = Arrays.stream(Method.class.getPermittedSubclasses())
            .flatMap(group -> Arrays.stream(group.getPermittedSubclasses()))
            .toList();
    private static final List<Class<?>> OF_CLIENTS = METHODS.stream()
            .filter(type -> MethodSupport.BUILT.contains(name(type)) && !ConnectionMethod.class.isAssignableFrom(type))
            .filter(type -> type != ChannelMethod.Open.class && type != BasicMethod.Publish.class)
            .toList();
    private static final Map<String, List<String>> NAMES = Map.of(
            "queue", List.of("fuzz.a", "fuzz.b", "fuzz.c", "", "amq.rabbitmq.reply-to"),
            "exchange", List.of("fuzz.x", "fuzz.y", "amq.topic", "amq.headers", "amq.direct", ""),
            "type", List.of("direct", "fanout", "topic", "headers", "x-consistent-hash", "x-random"),
            "consumerTag", List.of("tag", "", "other"),
            "virtualHost", List.of("/"),
            "routingKey", List.of("fuzz.a", "fuzz.b", "3", "#", "*.b", ""));
    private static final List<String> ARGUMENTS = List.of(
            "x-max-length",
            "x-message-ttl",
            "x-expires",
            "x-max-priority",
            "x-overflow",
            "x-queue-type",
            "x-dead-letter-exchange",
            "x-dead-letter-routing-key",
            "x-single-active-consumer",
            "x-delivery-limit",
            "x-priority",
            "x-match",
            "x-consumer-timeout",
            "alternate-exchange",
            "capabilities",
            "CC",
            "BCC",
            "k");
    private static final List<String> VALUES =
            List.of("fuzz.x", "quorum", "classic", "drop-head", "reject-publish", "all", "any-with-x", "fuzz.a", "");

    private final SplittableRandom random;

    RandomMethods(SplittableRandom random) {
        this.random = random;
    }

    /** One that a client may send on a channel. */
    Method nextOfClient() {
        return make(OF_CLIENTS.get(random.nextInt(OF_CLIENTS.size())));
    }

    /** One that there is. */
    Method next() {
        return make(METHODS.get(random.nextInt(METHODS.size())));
    }

    /** As {@code basic.get-ok}, from the names of the classes. */
    private static String name(Class<?> type) {
        String group = type.getEnclosingClass().getSimpleName().replace("Method", "");
        return group.toLowerCase(Locale.ROOT) + "."
                + type.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    Method make(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        Object[] arguments = Arrays.stream(components).map(this::argument).toArray();
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return (Method) constructor.newInstance(arguments);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(type.getName(), e);
        }
    }

    private Object argument(RecordComponent component) {
        Class<?> type = component.getType();
        String name = component.getName();
        if (type == boolean.class) {
            return random.nextInt(4) == 0;
        } else if (type == int.class) {
            return name.startsWith("version") ? random.nextInt(256) : number(65_536);
        } else if (type == long.class) {
            return name.equals("deliveryTag") && random.nextInt(8) == 0 ? random.nextLong() : (long) number(1 << 20);
        } else if (type == String.class) {
            return text(name);
        } else if (type == ShortString.class) {
            return ShortString.of(text(name));
        } else if (type == Slice.class) {
            return Slice.of(bytes(random.nextInt(100)));
        }
        return table(0);
    }

    private int number(int bound) {
        return random.nextInt(3) == 0 ? random.nextInt(bound) : random.nextInt(4);
    }

    private String text(String component) {
        List<String> known = NAMES.get(component);
        if (known == null && (component.startsWith("source") || component.startsWith("destination"))) {
            known = NAMES.get("exchange");
        }
        if (known != null && random.nextInt(12) > 0) {
            return known.get(random.nextInt(known.size()));
        }
        return random.nextInt(20) == 0 ? "ä".repeat(random.nextInt(128)) : "n" + random.nextInt(8);
    }

    FieldTable table(int depth) {
        FieldTableBuilder table = FieldTable.builder();
        for (int i = random.nextInt(3); i > 0; i--) {
            table.put(ARGUMENTS.get(random.nextInt(ARGUMENTS.size())), value(depth));
        }
        return table.build();
    }

    private FieldValue value(int depth) {
        return switch (random.nextInt(depth > 40 ? 6 : 8)) {
            case 0 -> new FieldValue.Bool(random.nextBoolean());
            case 1 ->
                FieldTable.builder()
                        .put("v", (long) number(1 << 30))
                        .build()
                        .entries()
                        .get("v");
            case 2 -> new FieldValue.Timestamp(random.nextLong());
            case 3 -> new FieldValue.Void();
            case 4 -> new FieldValue.Float64(random.nextDouble());
            case 5 -> FieldValue.LongString.of(VALUES.get(random.nextInt(VALUES.size())));
            case 6 -> new FieldValue.Array(values(depth + 1));
            default -> new FieldValue.Table(table(depth + 1));
        };
    }

    private List<FieldValue> values(int depth) {
        var values = new ArrayList<FieldValue>();
        for (int i = random.nextInt(3); i > 0; i--) {
            values.add(value(depth));
        }
        return values;
    }

    byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return random.nextBoolean()
                ? bytes
                : new String(bytes, StandardCharsets.ISO_8859_1)
                        .replaceAll("[^ -~]", "x")
                        .getBytes(StandardCharsets.ISO_8859_1);
    }
}
