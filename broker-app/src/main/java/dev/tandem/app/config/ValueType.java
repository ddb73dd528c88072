package dev.tandem.app.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How the value of a key is written: its name for people, a reader and a writer that are each other's inverse. */
public final class ValueType {
    private final String description;
    private final Function<String, Object> reader;
    private final Function<Object, String> writer;

    ValueType(String description, Function<String, Object> reader, Function<Object, String> writer) {
        this.description = description;
        this.reader = reader;
        this.writer = writer;
    }

    /** The type that follows from a component's Java type and, for sizes, from {@code Bytes} in its name. */
    static ValueType of(RecordComponent component) {
        return of(component.getGenericType(), component.getName());
    }

    private static ValueType of(Type type, String name) {
        if (type == int.class || type == Integer.class) {
            return name.contains("Bytes") ? size(Math::toIntExact) : number(Integer::valueOf);
        }
        if (type == long.class || type == Long.class) {
            return name.contains("Bytes") ? size(bytes -> bytes) : number(Long::valueOf);
        }
        if (type == boolean.class || type == Boolean.class) {
            return new ValueType("true or false", ValueType::readBoolean, Object::toString);
        }
        if (type == String.class) {
            return new ValueType("text", text -> text, Object::toString);
        }
        if (type == Duration.class) {
            return new ValueType("duration", DurationText::parse, value -> DurationText.format((Duration) value));
        }
        if (type == Path.class) {
            return new ValueType("path", Path::of, Object::toString);
        }
        if (type instanceof Class<?> constants && constants.isEnum()) {
            return oneOf(constants.getEnumConstants());
        }
        if (type instanceof ParameterizedType generic && generic.getRawType() == Optional.class) {
            return optional(of(generic.getActualTypeArguments()[0], name));
        }
        if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
            if (generic.getActualTypeArguments()[0] instanceof Class<?> element && element.isRecord()) {
                return RecordList.type(element);
            }
            return list(of(generic.getActualTypeArguments()[0], name));
        }
        throw new IllegalStateException("the configuration has no text form for " + type + " " + name);
    }

    /** For people: {@code integer}, {@code size}, {@code duration}, {@code one of always, os}. */
    public String description() {
        return description;
    }

    /** For the person who wrote something else. */
    String hint() {
        return switch (description) {
            case "integer" -> "an integer";
            case "size" -> "a size such as 65536, 64KiB, 100MiB or 1GB";
            case "duration" -> "a duration such as 500ms, 30s, 10m, 2h or 7d";
            case "path" -> "a path";
            default -> description;
        };
    }

    /**
     * Reads a value.
     *
     * @throws IllegalArgumentException when the text is no such value
     */
    Object read(String text) {
        return reader.apply(text.strip());
    }

    String write(Object value) {
        return writer.apply(value);
    }

    private static ValueType number(Function<String, Object> reader) {
        return new ValueType("integer", reader, Object::toString);
    }

    private static ValueType size(Function<Long, Object> narrow) {
        return new ValueType(
                "size",
                text -> narrow.apply(SizeText.parse(text)),
                value -> SizeText.format(((Number) value).longValue()));
    }

    private static ValueType oneOf(Object[] constants) {
        String names = Arrays.stream(constants).map(ValueType::kebab).collect(Collectors.joining(", "));
        return new ValueType(
                "one of " + names,
                text -> Arrays.stream(constants)
                        .filter(constant -> kebab(constant).equals(text.toLowerCase(Locale.ROOT)))
                        .findFirst()
                        .orElseThrow(IllegalArgumentException::new),
                ValueType::kebab);
    }

    private static ValueType optional(ValueType inner) {
        return new ValueType(
                inner.description,
                text -> text.isEmpty() ? Optional.empty() : Optional.of(inner.read(text)),
                value -> ((Optional<?>) value).map(inner::write).orElse(""));
    }

    private static ValueType list(ValueType inner) {
        return new ValueType(
                "list of " + inner.description,
                text -> Arrays.stream(text.split(",", -1))
                        .map(String::strip)
                        .filter(part -> !part.isEmpty())
                        .map(inner::read)
                        .toList(),
                value -> ((List<?>) value).stream().map(inner::write).collect(Collectors.joining(",")));
    }

    private static Object readBoolean(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException();
        };
    }

    private static String kebab(Object constant) {
        return constant.toString().replace('_', '-').toLowerCase(Locale.ROOT);
    }
}
