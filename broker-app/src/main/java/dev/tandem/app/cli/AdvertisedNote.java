package dev.tandem.app.cli;

import dev.tandem.app.config.BrokerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the ready block says of the address that Kafka clients are told: nothing as long as they are told the one they came
 * to, and that is theirs to reach.
 */
final class AdvertisedNote {
    private static final List<String> WILDCARDS = List.of("0.0.0.0", "::", "[::]");

    private AdvertisedNote() {}

    /**
     * The note, if there is anything to say.
     *
     * @param inContainer whether ports may be mapped, so that clients come by another address than the broker sees
     */
    static Optional<String> of(BrokerConfig config, boolean inContainer) {
        return config.kafka()
                .advertised()
                .map(address -> "Kafka clients are told to connect to " + address)
                .or(() -> inContainer && config.bind().stream().anyMatch(WILDCARDS::contains)
                        ? Optional.of("this is a container: where the Kafka port is mapped to another address, set"
                                + " kafka.advertised=HOST:PORT")
                        : Optional.empty());
    }

    /** Whether this process runs in a container, by the marks that Docker, Podman and Kubernetes leave. */
    static boolean inContainer() {
        return Stream.of("/.dockerenv", "/run/.containerenv").anyMatch(mark -> Files.exists(Path.of(mark)))
                || System.getenv("KUBERNETES_SERVICE_HOST") != null;
    }
}
