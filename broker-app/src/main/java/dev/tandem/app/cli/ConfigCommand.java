package dev.tandem.app.cli;

import dev.tandem.app.config.ConfigLoader.Setting;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints every key with its value and where the value comes from. */
@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Print every setting, its value, and where the value comes from.")
final class ConfigCommand implements Runnable {
    private static final String HIDDEN = "(set, not shown)";

    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Override
    public void run() {
        List<Setting> settings = options.load(System.getenv()).settings();
        int keyWidth = settings.stream()
                .mapToInt(setting -> setting.key().name().length())
                .max()
                .orElse(1);
        int valueWidth = settings.stream()
                .mapToInt(setting -> shown(setting).length())
                .max()
                .orElse(1);
        PrintWriter out = spec.commandLine().getOut();
        String format = "%-" + keyWidth + "s  %-" + valueWidth + "s  %s%n";
        settings.forEach(setting -> out.printf(format, setting.key().name(), shown(setting), setting.origin()));
        out.flush();
    }

    private static String shown(Setting setting) {
        return setting.key().isSecret() && !setting.origin().equals("default") ? HIDDEN : setting.text();
    }
}
