package dev.tandem.testsupport;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Lets Awaitility wait a minute where a test names no limit: ten seconds, its default, are too few on a busy machine with a slow
 * disk, and a condition that holds ends the wait at once.
 */
public final class PatientWaits implements LauncherSessionListener {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Awaitility.setDefaultTimeout(LIMIT);
    }
}
