package dev.tandem.benchmarks.server;

import dev.tandem.benchmarks.tool.Tool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Where the peers are installed, once per machine.
 *
 * @param home the checkout of Tandem
 * @param folder the folder of the installed peers
 */
public record Cache(Path home, Path folder) {
    private static final Duration INSTALL_LIMIT = Duration.ofMinutes(15);

    /** {@code TANDEM_BENCH_CACHE}, or {@code ~/.cache/tandem-bench}. */
    public static Cache standard(Path home) {
        String named = System.getenv("TANDEM_BENCH_CACHE");
        return new Cache(
                home,
                named == null ? Path.of(System.getProperty("user.home"), ".cache", "tandem-bench") : Path.of(named));
    }

    /** The folder of a peer, installed now when it is not yet. */
    public Path installed(String peer) {
        Path target = folder.resolve(peer);
        Tool.run(List.of(scripts(peer).resolve("install").toString(), target.toString()), INSTALL_LIMIT)
                .requireSuccess("installing " + peer);
        return target;
    }

    /** The scripts of a peer. */
    Path scripts(String peer) {
        return home.resolve("benchmarks").resolve("peers").resolve(peer);
    }

    /** The class path of a peer that consists of jars. */
    public String classPath(String peer) {
        return installed(peer).resolve("*").toString();
    }
}
