package dev.tandem.it.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules that the compiler does not check, over the sources of every module. */
class SourceTidyTest {
    private static final Path TOP = Path.of("..").toAbsolutePath().normalize();

    @Test
    void everyPackageSaysWhatItIsAndIsNullMarked() {
        // when
        List<Path> untold = sources("main")
                .map(Path::getParent)
                .distinct()
                .filter(folder -> {
                    Path info = folder.resolve("package-info.java");
                    return !Files.exists(info)
                            || !read(info).contains("@NullMarked")
                            || !read(info).contains("/**");
                })
                .toList();

        // then
        assertThat(untold).isEmpty();
    }

    // Spelled apart, so that this file does not find itself.
    @ParameterizedTest
    @ValueSource(
            strings = {"Thread" + ".sleep(", "TO" + "DO", "FIX" + "ME", "@Dis" + "abled", ".printStack" + "Trace("})
    void nothingUnfinishedOrFragileStands(String banned) {
        // given
        var pattern = Pattern.compile(Pattern.quote(banned));

        // when
        List<Path> found = Stream.concat(sources("main"), sources("test"))
                .filter(file -> pattern.matcher(read(file)).find())
                .toList();

        // then
        assertThat(found).isEmpty();
    }

    @Test
    void theSourcesOfEveryModuleWereFound() {
        // when, then
        assertThat(sources("main")
                        .map(file -> TOP.relativize(file).getName(0).toString())
                        .distinct())
                .contains("storage", "net", "kafka-mode", "amqp-mode", "web-console", "broker-app", "benchmarks");
    }

    private static Stream<Path> sources(String tree) {
        try (var modules = Files.list(TOP)) {
            return modules
                    .map(module -> module.resolve("src").resolve(tree).resolve("java"))
                    .filter(Files::isDirectory)
                    .toList()
                    .stream()
                    .flatMap(SourceTidyTest::javaFiles);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> javaFiles(Path folder) {
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
