package dev.tandem.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script alone: Java and Maven are stand-ins that say how they were called. */
class StartScriptTest {
    private static final String SAYS_HOW_IT_WAS_CALLED = "#!/bin/bash\necho \"in $PWD: $*\"\n";

    @TempDir
    Path directory;

    private Path home;
    private Path jdk;
    private Path jar;

    @BeforeEach
    void layOutACheckout() throws Exception {
        assumeTrue(File.separatorChar == '/', "the script is for Unix");
        directory = directory.toRealPath();
        home = Files.createDirectories(directory.resolve("checkout"));
        Files.copy(Path.of("..", "tandem"), home.resolve("tandem"));
        assertThat(home.resolve("tandem").toFile().setExecutable(true)).isTrue();
        jar = home.resolve("broker-app/target/tandem-0.1.0.jar");
        Files.createDirectories(jar.getParent());
        jdk = Files.createDirectories(directory.resolve("jdk/bin")).getParent();
        release("17.0.1");
        program(jdk.resolve("bin/java"), SAYS_HOW_IT_WAS_CALLED);
        program(jdk.resolve("bin/javac"), SAYS_HOW_IT_WAS_CALLED);
    }

    @Test
    void runsInTheDirectoryOfTheCallerWhenCalledThroughALink() throws Exception {
        // given
        Files.writeString(jar, "built");
        Path elsewhere = Files.createDirectories(directory.resolve("elsewhere"));
        Path link = Files.createSymbolicLink(elsewhere.resolve("t"), Path.of("..", "checkout", "tandem"));

        // when
        var run =
                run(elsewhere, Map.of("TANDEM_JAVA_OPTS", "-Xmx1g -Dx=y"), link.toString(), "start", "--set", "a=b c");

        // then
        assertThat(run.output())
                .startsWith("in " + elsewhere + ": ")
                .endsWith(" -Xmx1g -Dx=y -cp " + jar + " dev.tandem.app.Main start --set a=b c\n");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void refusesAJavaThatIsTooOld() throws Exception {
        // given
        release("11.0.2");

        // when
        var run = run(directory, Map.of(), script(), "start");

        // then
        assertThat(run.output())
                .isEqualTo("tandem: " + jdk.resolve("bin/java")
                        + " is Java 11.0.2; Tandem needs a JDK 17 or newer (set JAVA_HOME to one)\n");
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void saysThatMavenIsMissingWhenItHasToBuild() throws Exception {
        // when
        var run = run(directory, Map.of("PATH", pathWithoutMaven()), script(), "start");

        // then
        assertThat(run.output())
                .isEqualTo(
                        "tandem: Tandem is built when it is first used and that needs Maven 3.8 or newer; there is no"
                                + " 'mvn' on the PATH\n");
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void buildsWhenASourceIsNewerThanTheJar() throws Exception {
        // given
        Files.writeString(jar, "built");
        assertThat(jar.toFile().setLastModified(1_000_000_000_000L)).isTrue();
        Files.writeString(home.resolve("pom.xml"), "<project/>");
        Path tools = Files.createDirectories(directory.resolve("tools"));
        program(tools.resolve("mvn"), SAYS_HOW_IT_WAS_CALLED);

        // when
        var run = run(directory, Map.of("PATH", tools + ":" + System.getenv("PATH")), script(), "--version");
        var again = run(directory, Map.of("PATH", tools + ":" + System.getenv("PATH")), script(), "--version");

        // then
        assertThat(run.output())
                .contains("tandem: building", "in " + home + ": -q -B -Dquick -pl broker-app -am package")
                .endsWith("dev.tandem.app.Main --version\n");
        assertThat(again.output()).doesNotContain("building");
    }

    private String script() {
        return home.resolve("tandem").toString();
    }

    private void release(String version) throws IOException {
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    }

    /** The tools that the script needs, linked into a directory where there is nothing else. */
    private String pathWithoutMaven() throws IOException {
        Path tools = Files.createDirectories(directory.resolve("plain"));
        for (String tool : List.of(
                "bash",
                "dirname",
                "readlink",
                "sed",
                "head",
                "find",
                "mkdir",
                "cksum",
                "cut",
                "uname",
                "flock",
                "touch")) {
            for (String place : List.of("/usr/bin", "/bin")) {
                Path program = Path.of(place, tool);
                if (Files.exists(program) && !Files.exists(tools.resolve(tool))) {
                    Files.createSymbolicLink(tools.resolve(tool), program);
                }
            }
        }
        return tools.toString();
    }

    private static void program(Path file, String text) throws IOException {
        Files.writeString(file, text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private Run run(Path workingDirectory, Map<String, String> environment, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("/bin/bash"));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile(directory, "output", ".txt");
        var builder = new ProcessBuilder(command)
                .directory(workingDirectory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().remove("TANDEM_JAVA_OPTS");
        builder.environment().put("JAVA_HOME", jdk.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Run(process.exitValue(), Files.readString(output));
    }

    private record Run(int exitCode, String output) {}
}
