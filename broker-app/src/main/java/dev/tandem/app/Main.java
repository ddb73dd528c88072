package dev.tandem.app;

import dev.tandem.app.cli.TandemCommand;

/** The program. */
public final class Main {
    private Main() {}

    /** Runs one command and exits with its code. */
    public static void main(String[] arguments) {
        System.exit(TandemCommand.commandLine().execute(arguments));
    }
}
