package dev.tandem.amqp.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.storage.alarm.StorageAlarm;
import dev.tandem.storage.alarm.StorageAlarm.Kind;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResourceAlarmsTest {
    private final ResourceAlarms alarms = new ResourceAlarms();

    @Test
    void standsWhileMemoryOrDiskAreLowAndSaysWhich() {
        // when // then
        assertThat(alarms.stand()).isFalse();
        alarms.lowOnMemory(true);
        assertThat(alarms.stand()).isTrue();
        assertThat(alarms.reason()).isEqualTo("low on memory");
        alarms.watchDisk(() -> Optional.of(new StorageAlarm(Kind.LOW_SPACE, "little is free", Instant.EPOCH)));
        assertThat(alarms.reason()).isEqualTo("low on memory & disk");
        alarms.lowOnMemory(false);
        assertThat(alarms.stand()).isTrue();
        assertThat(alarms.reason()).isEqualTo("low on disk");
    }
}
