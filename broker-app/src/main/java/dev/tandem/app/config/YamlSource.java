package dev.tandem.app.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.tandem.app.config.ConfigSource.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;

/** Reads a YAML file: {@code kafka.port: 9092}, or {@code kafka:} with {@code port: 9092} beneath it. */
final class YamlSource {
    private static final int MAX_FILE_BYTES = 1 << 20;
    private static final int MAX_DEPTH = 8;

    private final String origin;
    private final Map<String, Entry> values = new HashMap<>();

    private YamlSource(String origin) {
        this.origin = origin;
    }

    static ConfigSource read(Path file) {
        var source = new YamlSource("file " + file);
        JsonNode root = parse(file, text(file));
        if (!root.isMissingNode() && !root.isNull()) {
            if (!root.isObject()) {
                throw new ConfigException("configuration file '" + file + "' must hold 'key: value' lines");
            }
            source.flatten("", root);
        }
        return new ConfigSource(source.values);
    }

    private static String text(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw new ConfigException("configuration file '" + file + "' is a directory");
            }
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new ConfigException("configuration file '" + file + "' is larger than 1 MiB");
            }
            return Files.readString(file);
        } catch (NoSuchFileException missing) {
            throw new ConfigException("configuration file '" + file + "' does not exist");
        } catch (IOException unreadable) {
            throw new ConfigException("configuration file '" + file + "' cannot be read: " + unreadable.getMessage());
        }
    }

    private static JsonNode parse(Path file, String text) {
        var limits = new LoaderOptions();
        limits.setAllowDuplicateKeys(false);
        limits.setNestingDepthLimit(MAX_DEPTH);
        limits.setCodePointLimit(MAX_FILE_BYTES);
        var yaml = new YAMLMapper(YAMLFactory.builder()
                .loaderOptions(limits)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .build())
                .build());
        yaml.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        yaml.enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);
        try {
            return yaml.readTree(text);
        } catch (JsonProcessingException wrong) {
            String where = wrong.getLocation() == null
                    ? ""
                    : " line " + wrong.getLocation().getLineNr() + " column "
                            + wrong.getLocation().getColumnNr();
            throw new ConfigException("configuration file '" + file + "'" + where + " is not valid YAML: "
                    + firstLine(wrong.getOriginalMessage()));
        }
    }

    private void flatten(String prefix, JsonNode node) {
        node.properties().forEach(property -> {
            String name = prefix + property.getKey();
            JsonNode value = property.getValue();
            if (value.isObject()) {
                flatten(name + ".", value);
            } else if (!value.isNull()) {
                if (values.put(name, new Entry(scalar(name, value), origin)) != null) {
                    throw new ConfigException("key '" + name + "' stands twice in " + origin);
                }
            }
        });
    }

    private String scalar(String name, JsonNode value) {
        if (!value.isArray()) {
            return value.asText();
        }
        if (value.size() > 0 && StreamSupport.stream(value.spliterator(), false).allMatch(JsonNode::isObject)) {
            return value.toString(); // JSON, as a flag would have it
        }
        return StreamSupport.stream(value.spliterator(), false)
                .map(element -> {
                    if (element.isContainerNode()) {
                        throw new ConfigException(
                                "key '" + name + "' in " + origin + " must be a list of plain values");
                    }
                    return element.asText();
                })
                .collect(Collectors.joining(","));
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("unreadable");
    }
}
