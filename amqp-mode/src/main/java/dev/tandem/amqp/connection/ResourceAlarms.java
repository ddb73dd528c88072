package dev.tandem.amqp.connection;

import dev.tandem.storage.alarm.StorageAlarm;
import java.util.Optional;
import java.util.function.Supplier;

/** Whether publishers must wait: the disk's alarm, which the storage engine raises, and that of the memory. Any thread. */
final class ResourceAlarms {
    private volatile Supplier<Optional<StorageAlarm>> disk = Optional::empty;
    private volatile boolean lowOnMemory;

    void watchDisk(Supplier<Optional<StorageAlarm>> alarm) {
        disk = alarm;
    }

    void lowOnMemory(boolean isLow) {
        lowOnMemory = isLow;
    }

    /** Whether there is any. */
    boolean stand() {
        return lowOnMemory || disk.get().isPresent();
    }

    /** The text of RabbitMQ where it has one: people match it. */
    String reason() {
        boolean memory = lowOnMemory;
        return disk.get()
                .map(alarm -> switch (alarm.kind()) {
                    case LOW_SPACE -> memory ? "low on memory & disk" : "low on disk";
                    case WRITE_FAILED -> "the disk takes no writes";
                    case DATA_DAMAGED -> "stored data is damaged";
                })
                .orElse("low on memory");
    }
}
