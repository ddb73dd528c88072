package dev.tandem.storage.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Closing an engine that is in use must end calls with an exception, never the process. {@code -Dtandem.soak.closes=200}. */
class CloseTest {
    private static final int ROUNDS = Integer.getInteger("tandem.soak.closes", 12);
    private static final long SEED = Long.getLong("tandem.seed", System.nanoTime());

    @TempDir
    Path directory;

    @Test
    void closingUnderLoadNeverCrashesTheProcess() throws IOException, InterruptedException {
        // given
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:ErrorFile=" + directory.resolve("hs_err"),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        ClosedUnderLoad.class.getName(),
                        directory.resolve("data").toString(),
                        Integer.toString(ROUNDS),
                        Long.toString(SEED))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();

        // when
        boolean ended = process.waitFor(60 + 5L * ROUNDS, TimeUnit.SECONDS);
        process.destroyForcibly();

        // then
        List<String> lines = Files.readAllLines(output);
        assertThat(ended).as("ended in time, having said %s", lines).isTrue();
        assertThat(process.exitValue()).as("exit code, having said %s", lines).isZero();
        assertThat(lines).contains("survived");
        assertThat(directory.resolve("hs_err")).doesNotExist();
    }
}
