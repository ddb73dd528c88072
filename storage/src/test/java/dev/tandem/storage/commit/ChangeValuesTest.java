package dev.tandem.storage.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.storage.record.Slice;
import dev.tandem.storage.record.StoredEntry;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * A change is a plain value through and through, so that commits can be serialised and sent to a replica: no callback, no
 * open thing, nothing whose meaning depends on the process it is in.
 */
class ChangeValuesTest {
    /** A stored entry is an offset and bytes. */
    private static final Set<Class<?>> VALUES = Set.of(
            Slice.class,
            StoredEntry.class,
            String.class,
            UUID.class,
            Long.class,
            Integer.class,
            Short.class,
            long[].class);

    private final List<String> violations = new ArrayList<>();
    private final Set<Class<?>> seen = new HashSet<>();

    @Test
    void everyChangeIsAPlainValue() {
        // when
        require("Change", Change.class);

        // then
        assertThat(violations).isEmpty();
        assertThat(seen).contains(Change.AppendBatch.class, Change.ProducerSequence.class, Change.Define.class);
    }

    record WithCallback(long number, Runnable callback) {}

    record WithSideDoor(List<?> things) {}

    @Test
    void noticesWhatIsNoValue() {
        // when
        require("WithCallback", WithCallback.class);
        require("WithSideDoor", WithSideDoor.class);

        // then
        assertThat(violations)
                .containsExactly("WithCallback.callback: interface java.lang.Runnable", "WithSideDoor.things: ?");
    }

    private void require(String place, Type type) {
        if (type instanceof Class<?> plain) {
            requireClass(place, plain);
        } else if (type instanceof ParameterizedType generic
                && (generic.getRawType() == List.class || generic.getRawType() == Map.class)) {
            for (Type argument : generic.getActualTypeArguments()) {
                require(place, argument);
            }
        } else {
            violations.add(place + ": " + type);
        }
    }

    private void requireClass(String place, Class<?> type) {
        if (type.isPrimitive() || type.isEnum() || VALUES.contains(type) || !seen.add(type)) {
            return;
        }
        if (type.isRecord()) {
            for (RecordComponent component : type.getRecordComponents()) {
                require(type.getSimpleName() + "." + component.getName(), component.getGenericType());
            }
        } else if (type.isSealed() && type.isInterface()) {
            for (Class<?> permitted : type.getPermittedSubclasses()) {
                require(place, permitted);
            }
        } else {
            violations.add(place + ": " + type);
        }
    }
}
