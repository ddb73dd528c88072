package dev.tandem.app.cli;

import dev.tandem.app.StartException;
import dev.tandem.app.config.ConfigException;
import dev.tandem.storage.StorageException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what a person can put right into one sentence; anything else keeps its stack trace, for a bug report. */
final class CommandLineErrors {
    /** The command line or the configuration is wrong. */
    private static final int EXIT_USAGE = 2;

    /** The broker could not start, or a directory cannot be used. */
    private static final int EXIT_FAILURE = 1;

    private CommandLineErrors() {}

    static CommandLine asSentences(CommandLine commandLine) {
        commandLine.setParameterExceptionHandler((wrong, arguments) -> parameterError(wrong));
        commandLine.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (failure instanceof ConfigException) {
                return say(command.getErr(), failure, EXIT_USAGE);
            }
            if (failure instanceof StartException || failure instanceof StorageException) {
                return say(command.getErr(), failure, EXIT_FAILURE);
            }
            throw failure;
        });
        return commandLine;
    }

    private static int parameterError(ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter err = command.getErr();
        say(err, wrong, EXIT_USAGE);
        if (!UnmatchedArgumentException.printSuggestions(wrong, err)) {
            err.println("'" + command.getCommandSpec().qualifiedName() + " --help' shows what there is.");
        }
        err.flush();
        return EXIT_USAGE;
    }

    private static int say(PrintWriter err, Exception failure, int exitCode) {
        err.println("tandem: " + failure.getMessage());
        err.flush();
        return exitCode;
    }
}
