package dev.tandem.storage.alarm;

import dev.tandem.storage.StorageException.WritesSuspended;
import dev.tandem.storage.alarm.StorageAlarm.Kind;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The alarms that stand, at most one of each kind, and who hears of them. */
public final class Alarms {
    private static final Logger LOGGER = LoggerFactory.getLogger(Alarms.class);

    private final InstantSource clock;
    private final List<Registration> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable Standing lowSpace;
    private volatile @Nullable Standing writeFailed;
    private volatile @Nullable Standing dataDamaged;

    public Alarms(InstantSource clock) {
        this.clock = clock;
    }

    /** Why writes are refused; a failed write before low space. */
    public Optional<StorageAlarm> current() {
        Standing standing = writeFailed;
        if (standing == null) {
            standing = lowSpace;
        }
        return standing == null ? Optional.empty() : Optional.of(standing.alarm);
    }

    /** What is damaged. */
    public Optional<StorageAlarm> damage() {
        return Optional.ofNullable(dataDamaged).map(Standing::alarm);
    }

    public boolean stands(Kind kind) {
        return standing(kind) != null;
    }

    /**
     * Why a commit must be refused, null when it need not be.
     *
     * @param appends whether it appends records
     */
    public @Nullable WritesSuspended refusal(boolean appends) {
        Standing standing = writeFailed;
        if (standing == null && appends) {
            standing = lowSpace;
        }
        return standing == null ? null : standing.refusal;
    }

    /** Raises an alarm, or gives the one of its kind another reason. */
    public void raise(Kind kind, String reason) {
        synchronized (this) {
            Standing before = standing(kind);
            var since = before == null ? clock.instant() : before.alarm.since();
            set(kind, new Standing(new StorageAlarm(kind, reason, since), new WritesSuspended(reason)));
            // Each damage is another one; a failing disk fails in many ways.
            if (before == null || kind == Kind.DATA_DAMAGED) {
                LOGGER.error("{}", reason);
            }
        }
        tell();
    }

    /** Clears an alarm; {@code how} says in the log what ended it. */
    public void clear(Kind kind, String how) {
        synchronized (this) {
            if (standing(kind) == null) {
                return;
            }
            set(kind, null);
            LOGGER.info("{}", how);
        }
        tell();
    }

    /** Tells a listener of every change from now on, and at once when an alarm stands. */
    public void onAlarm(Executor executor, AlarmListener listener) {
        var registration = new Registration(executor, listener);
        listeners.add(registration);
        if (current().isPresent()) {
            tell(registration);
        }
    }

    private void tell() {
        listeners.forEach(this::tell);
    }

    /** A listener asks for the state when it runs: told in whatever order, all end with the latest. */
    private void tell(Registration registration) {
        try {
            registration.executor.execute(() -> registration.listener.onAlarm(current()));
        } catch (RejectedExecutionException e) {
            LOGGER.debug("a listener of alarms has ended", e);
        }
    }

    private @Nullable Standing standing(Kind kind) {
        return switch (kind) {
            case LOW_SPACE -> lowSpace;
            case WRITE_FAILED -> writeFailed;
            case DATA_DAMAGED -> dataDamaged;
        };
    }

    private void set(Kind kind, @Nullable Standing standing) {
        switch (kind) {
            case LOW_SPACE -> lowSpace = standing;
            case WRITE_FAILED -> writeFailed = standing;
            case DATA_DAMAGED -> dataDamaged = standing;
        }
    }

    /** An alarm, and the refusal that all its commits share: stack traces would cost, and tell nothing. */
    private record Standing(StorageAlarm alarm, WritesSuspended refusal) {}

    private record Registration(Executor executor, AlarmListener listener) {}
}
