package dev.tandem.storage.catalog;

import java.util.List;

/**
 * Names one definition.
 *
 * @param kind what is named
 * @param parts the name's parts, in order, as many as the kind has
 */
public record DefinitionKey(DefinitionKind kind, List<String> parts) {

    public DefinitionKey {
        parts = List.copyOf(parts);
        if (parts.size() != kind.parts()) {
            throw new IllegalArgumentException(kind + " has " + kind.parts() + " name parts, not " + parts.size());
        }
    }

    public static DefinitionKey of(DefinitionKind kind, String... parts) {
        return new DefinitionKey(kind, List.of(parts));
    }

    @Override
    public String toString() {
        return kind.name().toLowerCase(java.util.Locale.ROOT) + " '" + String.join("' '", parts) + "'";
    }
}
