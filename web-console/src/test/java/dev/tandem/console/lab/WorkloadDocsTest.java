package dev.tandem.console.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class WorkloadDocsTest {
    private static final Pattern KEY = Pattern.compile("`([a-zA-Z]+)`");

    @Test
    void documentsEachKeyOfAWorkloadAndNoOther() throws IOException {
        // given
        String page = Files.readString(Path.of("../docs/http-api.md"));
        String table = page.substring(page.indexOf("| key | quick look"), page.indexOf("How it measures:"));

        // when
        var documented = table.lines()
                .skip(2)
                .filter(line -> line.startsWith("|"))
                .flatMap(line -> KEY.matcher(line.split("\\|")[1]).results())
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        // then
        assertThat(documented)
                .containsExactlyElementsOf(Arrays.stream(Workload.class.getRecordComponents())
                        .map(component -> component.getName())
                        .sorted()
                        .toList());
    }
}
