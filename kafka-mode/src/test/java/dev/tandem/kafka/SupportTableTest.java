package dev.tandem.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.kafka.testsupport.RunningKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SupportTableTest {
    private static final Pattern ROW = Pattern.compile("\\| \\d+ \\| [A-Za-z]+ \\| [^|]+ \\|");

    @TempDir
    Path directory;

    @Test
    void namesTheVersionsOfEveryApi() throws IOException {
        try (var kafka = new RunningKafka(directory)) {
            // given
            var registered = kafka.server().apis().stream()
                    .map(row -> "| " + row.key() + " | " + row.name() + " | "
                            + (row.served() ? row.minVersion() + "-" + row.maxVersion() : "not built") + " |")
                    .toList();
            // when
            var documented = Files.readString(Path.of("..", "docs", "kafka-support.md"))
                    .lines()
                    .map(ROW::matcher)
                    .filter(java.util.regex.Matcher::lookingAt)
                    .map(java.util.regex.MatchResult::group)
                    .toList();
            // then
            assertThat(documented).isEqualTo(registered);
        }
    }
}
