package dev.tandem.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.app.config.ConfigLoader.Loaded;
import dev.tandem.app.config.ConfigSource.Entry;
import dev.tandem.app.config.SampleConfig.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigLoaderTest {
    @TempDir
    Path directory;

    @Test
    void takesDefaultsWhereNothingIsSet() {
        // when
        Loaded<SampleConfig> loaded = load(Map.of(), Map.of(), null);

        // then
        assertThat(loaded.config()).isEqualTo(SampleConfig.defaults());
        assertThat(loaded.settings())
                .extracting(setting -> setting.key().name() + "=" + setting.text() + " " + setting.origin())
                .containsExactly(
                        "data-dir=data default",
                        "bind=127.0.0.1,::1 default",
                        "verbose=false default",
                        "mode=fast default",
                        "cache-bytes=64MiB default",
                        "chunk-bytes=1000 default",
                        "pause=90s default",
                        "motto= default",
                        "section.num-things=3 default",
                        "section.limit=7 default");
    }

    @Test
    void readsEveryTypeOfValue() {
        // given
        var flags = new LinkedHashMap<String, String>();
        flags.put("bind", "10.0.0.1, ::1");
        flags.put("verbose", "TRUE");
        flags.put("mode", "very-safe");
        flags.put("cache-bytes", "1GB");
        flags.put("chunk-bytes", "16 KiB");
        flags.put("pause", "250ms");
        flags.put("motto", "one frame, two riders");
        flags.put("section.num-things", "4");
        flags.put("section.limit", "9000000000");

        // when
        SampleConfig config = load(flags, Map.of(), null).config();

        // then
        assertThat(config)
                .isEqualTo(new SampleConfig(
                        Path.of("data"),
                        List.of("10.0.0.1", "::1"),
                        true,
                        Mode.VERY_SAFE,
                        1_000_000_000L,
                        16_384,
                        Duration.ofMillis(250),
                        Optional.of("one frame, two riders"),
                        new SampleConfig.Section(Path.of("data"), 4, 9_000_000_000L)));
    }

    @Test
    void prefersFlagOverEnvironmentOverFileOverDefault() throws IOException {
        // given
        Path file = write("section.num-things: 10\nsection.limit: 10\ncache-bytes: 10\n");
        var environment = Map.of("TANDEM_SECTION_NUM_THINGS", "20", "TANDEM_SECTION_LIMIT", "20");
        var flags = Map.of("section.num-things", "30");

        // when
        Loaded<SampleConfig> loaded = load(flags, environment, file);

        // then
        assertThat(loaded.config().section().numThings()).isEqualTo(30);
        assertThat(loaded.config().section().limit()).isEqualTo(20);
        assertThat(loaded.config().cacheBytes()).isEqualTo(10);
        assertThat(loaded.config().chunkBytes()).isEqualTo(1000);
        assertThat(loaded.settings())
                .extracting(ConfigLoader.Setting::origin)
                .contains("flag --set", "environment TANDEM_SECTION_LIMIT", "file " + file, "default");
    }

    @Test
    void givesASectionTheOuterValueOfTheSameName() {
        // when
        SampleConfig config =
                load(Map.of("data-dir", "/srv/tandem"), Map.of(), null).config();

        // then
        assertThat(config.section().dataDir()).isEqualTo(Path.of("/srv/tandem"));
    }

    @Test
    void readsNestedKeysAndListsFromTheFile() throws IOException {
        // given
        Path file = write("""
                bind: [127.0.0.1, 10.0.0.1]
                section:
                  num-things: 5
                  limit: 6
                """);

        // when
        SampleConfig config = load(Map.of(), Map.of(), file).config();

        // then
        assertThat(config.bind()).containsExactly("127.0.0.1", "10.0.0.1");
        assertThat(config.section().numThings()).isEqualTo(5);
        assertThat(config.section().limit()).isEqualTo(6);
    }

    @Test
    void takesAnEmptyFileForNoSettings() throws IOException {
        assertThat(load(Map.of(), Map.of(), write("# nothing yet\n")).config()).isEqualTo(SampleConfig.defaults());
    }

    @ParameterizedTest
    @CsvSource({
        "section.num-thing, section.num-things",
        "section.numThings, section.num-things",
        "section.num_things, section.num-things",
        "num-things, section.num-things",
        "verbos, verbose",
        "cache-byte, cache-bytes",
    })
    void suggestsTheKeyThatWasProbablyMeant(String wrong, String meant) {
        assertThatThrownBy(() -> load(Map.of(wrong, "1"), Map.of(), null))
                .isInstanceOf(ConfigException.class)
                .hasMessage("unknown configuration key '" + wrong + "' (flag --set); did you mean '" + meant + "'?");
    }

    @Test
    void suggestsNothingWhenNoKeyIsNear() {
        assertThatThrownBy(() -> load(Map.of("zookeeper.connect", "1"), Map.of(), null))
                .hasMessage("unknown configuration key 'zookeeper.connect' (flag --set);"
                        + " './tandem config' lists every key");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "section.num-things | many  | an integer",
                "chunk-bytes        | 3GiB  | a size such as 65536, 64KiB, 100MiB or 1GB",
                "cache-bytes        | 99999999TiB | a size such as 65536, 64KiB, 100MiB or 1GB",
                "pause              | 5     | a duration such as 500ms, 30s, 10m, 2h or 7d",
                "verbose            | yes   | true or false",
                "mode               | slow  | one of fast, very-safe",
            })
    void saysWhatAValueShouldHaveBeen(String key, String text, String hint) {
        assertThatThrownBy(() -> load(Map.of(key, text), Map.of(), null))
                .isInstanceOf(ConfigException.class)
                .hasMessage("'" + text + "' is no value for " + key + " (flag --set); it takes " + hint);
    }

    @Test
    void saysWhereAValueThatTheRecordRefusesWasSet() {
        assertThatThrownBy(() -> load(Map.of(), Map.of("TANDEM_SECTION_NUM_THINGS", "0"), null))
                .isInstanceOf(ConfigException.class)
                .hasMessage("section.num-things must be positive, not 0 (environment TANDEM_SECTION_NUM_THINGS)");
    }

    @Test
    void refusesAnUnknownVariableAndSuggestsTheNearest() {
        assertThatThrownBy(() -> load(Map.of(), Map.of("TANDEM_SECTION_NUM_THING", "1"), null))
                .hasMessage("unknown environment variable TANDEM_SECTION_NUM_THING;"
                        + " did you mean TANDEM_SECTION_NUM_THINGS?");
    }

    @Test
    void overlooksVariablesOfTheScriptAndOfKubernetes() {
        // given
        var environment = Map.of(
                "TANDEM_JAVA_OPTS", "-Xmx1g",
                "TANDEM_SERVICE_HOST", "10.0.0.1",
                "TANDEM_PORT_9092_TCP", "tcp://10.0.0.1:9092",
                "TANDEM_CONSOLE_SERVICE_PORT_HTTP", "80",
                "PATH", "/bin");

        // when
        SampleConfig config = load(Map.of(), environment, null).config();

        // then
        assertThat(config).isEqualTo(SampleConfig.defaults());
    }

    @Test
    void saysThatTheFileIsMissing() {
        // given
        Path missing = directory.resolve("none.yaml");

        // then
        assertThatThrownBy(() -> load(Map.of(), Map.of(), missing))
                .isInstanceOf(ConfigException.class)
                .hasMessage("configuration file '" + missing + "' does not exist");
    }

    @Test
    void saysWhereTheFileIsNoYaml() throws IOException {
        // given
        Path file = write("verbose: true\nmode: [fast\n");

        // then
        assertThatThrownBy(() -> load(Map.of(), Map.of(), file))
                .isInstanceOf(ConfigException.class)
                .hasMessageMatching("configuration file '.*' line \\d+ column \\d+ is not valid YAML: .+")
                .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain("\n"));
    }

    @Test
    void refusesAFileThatIsNoMapping() throws IOException {
        // given
        Path file = write("- verbose\n");

        // then
        assertThatThrownBy(() -> load(Map.of(), Map.of(), file))
                .hasMessage("configuration file '" + file + "' must hold 'key: value' lines");
    }

    @Test
    void refusesAKeyThatStandsTwiceInTheFile() throws IOException {
        // given
        Path file = write("section.limit: 1\nsection:\n  limit: 2\n");

        // then
        assertThatThrownBy(() -> load(Map.of(), Map.of(), file))
                .hasMessage("key 'section.limit' stands twice in file " + file);
    }

    private Path write(String yaml) throws IOException {
        return Files.writeString(directory.resolve("tandem.yaml"), yaml);
    }

    private static Loaded<SampleConfig> load(
            Map<String, String> flags, Map<String, String> environment, @Nullable Path file) {
        var entries = new LinkedHashMap<String, Entry>();
        flags.forEach((key, text) -> entries.put(key, new Entry(text, "flag --set")));
        return ConfigLoader.of(SampleConfig.defaults())
                .load(new ConfigSource(entries), environment, Optional.ofNullable(file));
    }
}
