package dev.tandem.app.config;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Lists of records as values: JSON in a flag or a variable, a list of mappings in a file. */
final class RecordList {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .serializationInclusion(JsonInclude.Include.NON_NULL)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private RecordList() {}

    static ValueType type(Class<?> element) {
        var listType = MAPPER.getTypeFactory().constructCollectionType(List.class, element);
        String names = Arrays.stream(element.getRecordComponents())
                .map(RecordComponent::getName)
                .map(ConfigSchema::kebab)
                .collect(Collectors.joining(", "));
        return new ValueType(
                "list of " + names,
                text -> {
                    try {
                        List<?> read = text.isEmpty() ? List.of() : MAPPER.readValue(text, listType);
                        return List.copyOf(read);
                    } catch (JsonProcessingException | NullPointerException wrong) {
                        throw new IllegalArgumentException("no such list");
                    }
                },
                value -> ((List<?>) value).isEmpty() ? "" : write(value));
    }

    private static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
