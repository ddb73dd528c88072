package dev.tandem.console.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;

/** Reads a workload from YAML or JSON; what is not said is as in {@link Workload#quick()}. */
public final class WorkloadReader {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);
    private static final ObjectMapper YAML = new YAMLMapper();

    private WorkloadReader() {}

    /** JSON is YAML too; fails with {@link IllegalArgumentException} and a sentence. */
    public static Workload read(byte[] text) {
        try {
            JsonNode given = YAML.readTree(text);
            if (given == null || given.isMissingNode() || given.isNull()) {
                return Workload.quick();
            }
            if (!(given instanceof ObjectNode fields)) {
                throw new IllegalArgumentException("a workload is a set of keys and values");
            }
            ObjectNode all = JSON.valueToTree(Workload.quick());
            for (var entry : fields.properties()) {
                if (!all.has(entry.getKey())) {
                    throw new IllegalArgumentException("a workload has no key '" + entry.getKey() + "'; its keys are "
                            + String.join(", ", (Iterable<String>) all::fieldNames));
                }
            }
            all.setAll(fields);
            return JSON.treeToValue(all, Workload.class);
        } catch (JsonProcessingException e) {
            if (e.getCause() instanceof IllegalArgumentException cause) {
                throw cause;
            }
            throw new IllegalArgumentException("the workload cannot be read: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("the workload cannot be read: " + e.getMessage(), e);
        }
    }
}
