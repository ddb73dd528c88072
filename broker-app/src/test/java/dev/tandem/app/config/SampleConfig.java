package dev.tandem.app.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A configuration with every type of value and a section. */
record SampleConfig(
        Path dataDir,
        List<String> bind,
        boolean verbose,
        Mode mode,
        long cacheBytes,
        int chunkBytes,
        Duration pause,
        Optional<String> motto,
        Section section) {

    enum Mode {
        FAST,
        VERY_SAFE
    }

    /** A section that shares the data directory. */
    record Section(Path dataDir, int numThings, long limit) {
        Section {
            if (numThings < 1) {
                throw new IllegalArgumentException("section.num-things must be positive, not " + numThings);
            }
        }
    }

    static SampleConfig defaults() {
        return new SampleConfig(
                Path.of("data"),
                List.of("127.0.0.1", "::1"),
                false,
                Mode.FAST,
                64 << 20,
                1000,
                Duration.ofSeconds(90),
                Optional.empty(),
                new Section(Path.of("data"), 3, 7));
    }
}
