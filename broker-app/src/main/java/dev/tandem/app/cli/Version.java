package dev.tandem.app.cli;

import dev.tandem.app.BuildInfo;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {
            "tandem " + BuildInfo.version() + " (Java " + Runtime.version() + ")",
        };
    }
}
