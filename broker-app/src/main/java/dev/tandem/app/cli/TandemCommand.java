package dev.tandem.app.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command without a subcommand: shows what there is. */
@Command(
        name = "tandem",
        versionProvider = Version.class,
        mixinStandardHelpOptions = true,
        description = "One broker for Kafka and AMQP 0-9-1 (RabbitMQ) clients.",
        subcommands = {
            StartCommand.class,
            CompareCommand.class,
            ConfigCommand.class,
            InspectCommand.class,
            BackupCommand.class
        },
        footer = {"", "'tandem COMMAND --help' shows the flags of a command."})
public final class TandemCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** The whole command line, with errors as sentences. */
    public static CommandLine commandLine() {
        return CommandLineErrors.asSentences(new CommandLine(new TandemCommand()));
    }
}
