package dev.tandem.kafka.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.jspecify.annotations.Nullable;

/**
 * One change of one config (KIP-339).
 *
 * @param value null to delete
 */
public record ConfigEdit(
        String name, OpType operation, @Nullable String value) {

    /**
     * Applies edits in order.
     *
     * @param set the configs that are set
     * @param entries every config that the resource can have, for types and defaults
     * @return the configs that are set afterwards
     * @throws InvalidConfigurationException for a list operation on a config that is no list
     */
    static Map<String, String> applyAll(
            List<ConfigEdit> edits, Map<String, String> set, Function<String, Optional<ConfigEntry>> entries) {
        var edited = new HashMap<>(set);
        for (ConfigEdit edit : edits) {
            switch (edit.operation) {
                case SET -> edited.put(edit.name, edit.required());
                case DELETE -> edited.remove(edit.name);
                case APPEND, SUBTRACT -> edited.put(edit.name, edit.editList(edited.get(edit.name), entries));
            }
        }
        return edited;
    }

    private String required() {
        return Objects.requireNonNull(value, "only a deletion has no value");
    }

    private String editList(@Nullable String current, Function<String, Optional<ConfigEntry>> entries) {
        Optional<ConfigEntry> entry = entries.apply(name);
        if (entry.isEmpty() || entry.get().type() != ConfigDef.Type.LIST) {
            throw new InvalidConfigurationException(
                    "Can't " + operation + " to key " + name + " because its type is not LIST.");
        }
        var items = new ArrayList<>(items(current == null ? entry.get().defaultValue() : current));
        for (String item : items(required())) {
            if (operation == OpType.SUBTRACT) {
                items.remove(item);
            } else if (!items.contains(item)) {
                items.add(item);
            }
        }
        return String.join(",", items);
    }

    private static List<String> items(@Nullable String list) {
        return list == null
                ? List.of()
                : Arrays.stream(list.split(",", -1))
                        .map(String::trim)
                        .filter(item -> !item.isEmpty())
                        .toList();
    }
}
