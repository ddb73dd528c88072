package dev.tandem.storage.alarm;

import java.util.Optional;

/** Hears that an alarm was raised, changed or cleared. */
@FunctionalInterface
public interface AlarmListener {
    /**
     * Runs on the listener's executor; must not throw.
     *
     * @param alarm as it stands now, empty when none does
     */
    void onAlarm(Optional<StorageAlarm> alarm);
}
