package dev.tandem.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class StorageConfigTest {
    private static final StorageConfig DEFAULTS = StorageConfig.defaults(Path.of("data"));

    @Test
    void sharesTheDefaultMemoryOut() {
        assertThat(DEFAULTS.nativeBytes()).isEqualTo(192L << 20);
        assertThat(DEFAULTS.inFlightBytes()).isEqualTo(64L << 20);
        assertThat(DEFAULTS.tailCacheBytes()).isEqualTo(64L << 20);
        assertThat(DEFAULTS.transientBytes()).isEqualTo(64L << 20);
    }

    @Test
    void theSharesTogetherDoNotExceedTheSetting() {
        var config = DEFAULTS.withMemoryBytes((100L << 20) + 7);

        assertThat(config.heapBytes() + config.nativeBytes()).isBetween(config.memoryBytes() - 8, config.memoryBytes());
    }

    @Test
    void takesNoMoreThanHalfOfASmallHeap() {
        assertThat(DEFAULTS.fittedTo(1L << 30)).isEqualTo(DEFAULTS);
        assertThat(DEFAULTS.fittedTo(256L << 20).heapBytes()).isBetween((128L << 20) - 3, 128L << 20);
        assertThat(DEFAULTS.fittedTo(1L << 20).memoryBytes()).isEqualTo(16L << 20);
    }

    @Test
    void refusesMemoryThatRocksDbCannotWorkWith() {
        assertThatThrownBy(() -> DEFAULTS.withMemoryBytes((16L << 20) - 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("storage.memory-bytes must be at least 16777216 (16MiB)");
    }
}
