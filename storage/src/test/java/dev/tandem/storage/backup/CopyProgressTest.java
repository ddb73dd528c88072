package dev.tandem.storage.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CopyProgressTest {
    private final CopyProgress progress = new CopyProgress();

    @TempDir
    Path directory;

    @Test
    void copiesInStepsAndCounts() throws IOException {
        // given
        byte[] bytes = new byte[(20 << 20) + 3];
        bytes[bytes.length - 1] = 7;
        Path file = Files.write(directory.resolve("file"), bytes);

        // when
        progress.copy(file, directory.resolve("copy"));

        // then
        assertThat(directory.resolve("copy")).hasBinaryContent(bytes);
        assertThat(progress.bytes()).isEqualTo(bytes.length);
    }

    @Test
    void aLinkSharesTheBytes() throws IOException {
        // given
        Path file = Files.write(directory.resolve("file"), new byte[100]);

        // when
        progress.link(file, directory.resolve("link"));

        // then
        assertThat(Files.isSameFile(file, directory.resolve("link"))).isTrue();
        assertThat(progress.bytes()).isEqualTo(100);
    }

    @Test
    void failsOnceItIsCancelled() throws IOException {
        // given
        Path file = Files.write(directory.resolve("file"), new byte[100]);
        progress.cancel();

        // when
        assertThatThrownBy(() -> progress.copy(file, directory.resolve("copy")))
                // then
                .isInstanceOf(IOException.class)
                .hasMessage("it was broken off");
    }
}
