package dev.tandem.app;

import dev.tandem.app.cli.TandemCommand;

/** The program. */
public final class Main {
    private Main() {}

    /** Runs one command and exits with its code. */
    public static void main(String[] arguments) {
        if (arguments.length > 0 && arguments[0].equals("start")) {
            Preload.begin();
        }
        System.exit(TandemCommand.commandLine().execute(arguments));
    }
}
