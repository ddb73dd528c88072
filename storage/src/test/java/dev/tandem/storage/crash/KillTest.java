package dev.tandem.storage.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.storage.StorageException.DirectoryRefused;
import dev.tandem.storage.tool.Inspection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a process with kill -9 at random moments. {@code -Dtandem.soak.kills=200} for more of them,
 * {@code -Dtandem.seed=N} to repeat the commits.
 */
class KillTest {
    private static final int ROUNDS = Integer.getInteger("tandem.soak.kills", 3);
    private static final long SEED = Long.getLong("tandem.seed", System.nanoTime());
    /** Kills of one directory: with every run there is more to verify. */
    private static final int ROUNDS_PER_DIRECTORY = 20;

    private static final int MAX_RUN_MILLIS = 400;
    /** 128 + SIGKILL. */
    private static final int KILLED = 137;

    @TempDir
    Path directory;

    @Test
    void everyAcknowledgedCommitIsThereAndWholeAfterAKill() throws IOException, InterruptedException {
        kill(SEED & ~1);
    }

    @Test
    void everyMessageThatIsStuckIsThereAndWholeAfterAKill() throws IOException, InterruptedException {
        kill(SEED | 1);
    }

    private void kill(long seed) throws IOException, InterruptedException {
        System.out.println("kills with -Dtandem.seed=" + seed);
        for (int done = 0; done < ROUNDS; done += ROUNDS_PER_DIRECTORY) {
            kill(directory.resolve("kills-" + done), seed + done, Math.min(ROUNDS - done, ROUNDS_PER_DIRECTORY));
        }
    }

    private static void kill(Path data, long seed, int rounds) throws IOException, InterruptedException {
        var random = new Random(seed);
        long acknowledged = 0;
        long first = 0;
        for (int round = 0; round <= rounds; round++) {
            // given
            Path output = data.resolveSibling("output-" + seed + "-" + round);
            Process process = start(data, seed, output);
            try {
                Awaitility.await("commits in round " + round)
                        .atMost(Duration.ofMinutes(1))
                        .until(() -> lines(output).size() > 2 || !process.isAlive());

                // when
                process.waitFor(random.nextInt(MAX_RUN_MILLIS), TimeUnit.MILLISECONDS);
            } finally {
                process.destroyForcibly();
            }
            assertThat(process.waitFor()).as("exit of round %d", round).isEqualTo(KILLED);

            // then
            List<String> lines = lines(output);
            assertThat(numberIn(lines.get(0), "held "))
                    .as("commits held in round %d", round)
                    .isGreaterThanOrEqualTo(acknowledged);
            acknowledged = numberIn(lines.get(lines.size() - 1), "acknowledged ");
            first = round == 0 ? acknowledged : first;
        }
        assertThat(acknowledged).isGreaterThan(first);
    }

    @Test
    void aDirectoryThatAnotherProcessUsesIsNotInspected() throws IOException {
        // given
        Path output = directory.resolve("output");
        Process process = start(directory.resolve("data"), SEED, output);
        try {
            Awaitility.await("commits")
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> lines(output).size() > 2 || !process.isAlive());

            // when
            assertThatThrownBy(() -> Inspection.open(directory.resolve("data")))
                    // then
                    .isInstanceOf(DirectoryRefused.class)
                    .hasMessageContaining("in use by a broker");
        } finally {
            process.destroyForcibly();
        }
    }

    private static Process start(Path data, long seed, Path output) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        KilledEngine.class.getName(),
                        data.toString(),
                        Long.toString(seed))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(output.toFile())
                .start();
    }

    /** The lines that are whole: a kill may cut the last one short. */
    private static List<String> lines(Path output) throws IOException {
        String text = Files.readString(output);
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    private static long numberIn(String line, String prefix) {
        assertThat(line).startsWith(prefix);
        return Long.parseLong(line.substring(prefix.length()));
    }
}
