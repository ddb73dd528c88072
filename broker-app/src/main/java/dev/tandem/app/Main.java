package dev.tandem.app;

import dev.tandem.app.cli.TandemCommand;
import dev.tandem.app.config.BrokerConfig.LogFormat;
import dev.tandem.app.config.BrokerConfig.LogLevel;
import dev.tandem.app.logging.LogSetup;

/** The program. */
public final class Main {
    private Main() {}

    /** Runs one command and exits with its code. */
    public static void main(String[] arguments) {
        if (arguments.length > 0 && arguments[0].equals("start")) {
            // What is preloaded finds its logger now, and must not find one that prints everything.
            LogSetup.install(LogFormat.HUMAN, LogLevel.WARN);
            Preload.begin();
        }
        System.exit(TandemCommand.commandLine().execute(arguments));
    }
}
