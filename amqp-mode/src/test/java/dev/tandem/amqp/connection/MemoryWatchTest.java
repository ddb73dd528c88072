package dev.tandem.amqp.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryWatchTest {
    private final List<Boolean> alarms = new ArrayList<>();
    private double used;
    private int collections;
    private final MemoryWatch watch = new MemoryWatch(() -> used, alarms::add, () -> collections++);

    @Test
    void raisesTheAlarmWhenTheHeapIsNearlyFullAndClearsItWhenThereIsRoom() {
        // when // then
        check(0.89);
        assertThat(alarms).isEmpty();
        check(0.9);
        check(0.95);
        check(0.85);
        assertThat(alarms).containsExactly(true);
        check(0.79);
        check(0.85);
        assertThat(alarms).containsExactly(true, false);
    }

    @Test
    void asksForACollectionNowAndThenWhilePublishersWait() {
        // when
        check(0.95);
        for (int i = 0; i < 25; i++) {
            check(0.95);
        }

        // then
        assertThat(collections).isEqualTo(2);
    }

    @Test
    void findsRoomInTheHeapOfATest() {
        // given
        var ofHeap = MemoryWatch.ofHeap(alarms::add);

        // when
        ofHeap.check();

        // then
        assertThat(alarms).isEmpty();
    }

    private void check(double share) {
        used = share;
        watch.check();
    }
}
