package dev.tandem.app;

import dev.tandem.app.cli.TandemCommand;
import dev.tandem.app.config.BrokerConfig;
import dev.tandem.app.logging.LogSetup;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/**
 * A short life of a broker, after which the JVM archives the classes that it loaded (AppCDS): the start script runs it
 * once after each build, with {@code -XX:ArchiveClassesAtExit}.
 */
final class Rehearsal {
    private Rehearsal() {}

    /** Starts a broker on free ports, visits each port, stops it. */
    public static void main(String[] arguments) {
        CommandLine command = TandemCommand.commandLine();
        command.setOut(new PrintWriter(new StringWriter()));
        command.execute("config");
        BrokerConfig defaults = BrokerConfig.defaults();
        LogSetup.install(defaults.logFormat(), defaults.logLevel());
        Tandem.start().close();
    }
}
