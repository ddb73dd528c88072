package dev.tandem.app.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a configuration record and of the records in it, and the way back from values to the record.
 *
 * @param <T> the record
 */
final class ConfigSchema<T extends Record> {
    private final T defaults;
    private final Map<String, ConfigKey> keys = new LinkedHashMap<>();

    /** The schema of a record, with the record that holds its defaults. */
    ConfigSchema(T defaults) {
        this.defaults = defaults;
        collectKeys(defaults, "", null);
    }

    /** All keys, in the order of the components. */
    Collection<ConfigKey> keys() {
        return keys.values();
    }

    Optional<ConfigKey> key(String name) {
        return Optional.ofNullable(keys.get(name));
    }

    /**
     * Makes the record.
     *
     * @param values by key name; a key that is missing has its default
     * @throws IllegalArgumentException from the record, when it refuses a value
     */
    T bind(Map<String, Object> values) {
        return build(defaults, "", null, values::get);
    }

    private void collectKeys(Record instance, String prefix, @Nullable Record outer) {
        for (RecordComponent component : instance.getClass().getRecordComponents()) {
            Object value = valueOf(component, instance);
            if (value instanceof Record section) {
                collectKeys(section, prefix + kebab(component.getName()) + ".", instance);
            } else if (inherited(component, outer).isEmpty()) {
                ValueType type = ValueType.of(component);
                String name = prefix + kebab(component.getName());
                keys.put(name, new ConfigKey(name, type, type.write(value)));
            }
        }
    }

    private static <R extends Record> R build(
            R instance, String prefix, @Nullable Map<String, Object> outer, Function<String, @Nullable Object> values) {
        var built = new LinkedHashMap<String, Object>();
        RecordComponent[] components = instance.getClass().getRecordComponents();
        for (RecordComponent component : components) {
            String name = component.getName();
            Object value = valueOf(component, instance);
            if (value instanceof Record section) {
                built.put(name, build(section, prefix + kebab(name) + ".", built, values));
            } else if (outer != null && outer.containsKey(name)) {
                built.put(name, outer.get(name));
            } else {
                Object configured = values.apply(prefix + kebab(name));
                built.put(name, configured == null ? value : configured);
            }
        }
        return construct(instance, components, built.values().toArray());
    }

    @SuppressWarnings("unchecked") // The constructor is the instance's own.
    private static <R extends Record> R construct(R instance, RecordComponent[] components, Object[] values) {
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            return (R) instance.getClass().getDeclaredConstructor(types).newInstance(values);
        } catch (InvocationTargetException refused) {
            if (refused.getCause() instanceof IllegalArgumentException reason) {
                throw reason;
            }
            throw new IllegalStateException(refused);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Optional<RecordComponent> inherited(RecordComponent component, @Nullable Record outer) {
        if (outer == null) {
            return Optional.empty();
        }
        return Arrays.stream(outer.getClass().getRecordComponents())
                .filter(candidate -> candidate.getName().equals(component.getName()))
                .findFirst();
    }

    private static Object valueOf(RecordComponent component, Record instance) {
        try {
            return component.getAccessor().invoke(instance);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** {@code numPartitions} to {@code num-partitions}. */
    static String kebab(String camelCase) {
        return camelCase.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }
}
