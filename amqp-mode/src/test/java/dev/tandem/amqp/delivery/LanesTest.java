package dev.tandem.amqp.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.amqp.testsupport.ManualLoop;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LanesTest {
    private static final int NORMAL = 0;
    private static final int URGENT = 1;

    private final ManualLoop loop = new ManualLoop();
    private final List<FakeQueueLog> logs = new ArrayList<>();

    private Lanes lanes(LaneOrder order) {
        return new Lanes(
                2,
                order,
                lane -> {
                    logs.add(new FakeQueueLog(loop, () -> {}, false));
                    return logs.get(lane);
                },
                7);
    }

    private void publish(int lane, int count) {
        for (int i = 0; i < count; i++) {
            logs.get(lane).append(Long.MAX_VALUE);
        }
    }

    /** Takes what comes; the result tells lanes and offsets. */
    private static List<String> take(Lanes lanes, int count) {
        var taken = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            taken.add(name(lanes, takeNext(lanes)));
        }
        return taken;
    }

    private static long takeNext(Lanes lanes) {
        long position = lanes.nextPosition();
        lanes.take(position);
        return position;
    }

    private static String name(Lanes lanes, long position) {
        return (position == lanes.offsetOf(position) ? "normal " : "urgent ") + lanes.offsetOf(position);
    }

    @Test
    void takesTheMessageThatWasLookedAtThoughAMoreUrgentOneArrives() {
        // given
        Lanes lanes = lanes(new LaneOrder.HighestFirst());
        publish(NORMAL, 1);
        long position = lanes.nextPosition();

        // when
        publish(URGENT, 1);
        lanes.take(position);

        // then
        assertThat(lanes.readyCount()).isEqualTo(1);
        assertThat(take(lanes, 1)).containsExactly("urgent 0");
    }

    @Test
    void takesTwoUrgentMessagesForANormalOneInAQuorumQueue() {
        // given
        Lanes lanes = lanes(new LaneOrder.TwoToOne());
        publish(NORMAL, 3);
        publish(URGENT, 5);

        // then
        assertThat(take(lanes, 8))
                .containsExactly(
                        "urgent 0", "urgent 1", "normal 0", "urgent 2", "urgent 3", "normal 1", "urgent 4", "normal 2");
        assertThat(lanes.isEmpty()).isTrue();
    }

    @Test
    void takesWhatCameBackFirstInAQuorumQueue() {
        // given
        Lanes lanes = lanes(new LaneOrder.TwoToOne());
        publish(NORMAL, 2);
        long normal = takeNext(lanes);
        publish(URGENT, 1);

        // when
        lanes.giveBack(normal);

        // then
        assertThat(take(lanes, 3)).containsExactly("normal 0", "urgent 0", "normal 1");
    }

    @Test
    void takesPrioritiesAboveFourForUrgentInAQuorumQueue() {
        // given
        var order = new LaneOrder.TwoToOne();

        // then
        assertThat(order.laneOf(4, 2)).isEqualTo(NORMAL);
        assertThat(order.laneOf(5, 2)).isEqualTo(URGENT);
        assertThat(order.laneOf(255, 2)).isEqualTo(URGENT);
    }
}
