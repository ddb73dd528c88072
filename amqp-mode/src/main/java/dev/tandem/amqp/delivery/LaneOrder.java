package dev.tandem.amqp.delivery;

import java.util.List;

/** Which of a queue's lanes the next message comes from, and which one a message goes to. Belongs to the queue's owner. */
sealed interface LaneOrder {

    /** The lane of a message with a priority; any thread. */
    int laneOf(int priority, int lanes);

    /** The next lane, negative when none has a ready message; the same until one is taken, or arrives. */
    int next(List<ReadyMessages> lanes);

    /** A message was taken that had not been returned. */
    default void taken() {}

    /** The highest priority first, always; what is more urgent than the queue knows is as urgent as can be. */
    record HighestFirst() implements LaneOrder {
        @Override
        public int laneOf(int priority, int lanes) {
            return Math.min(priority, lanes - 1);
        }

        @Override
        public int next(List<ReadyMessages> lanes) {
            for (int i = lanes.size() - 1; i >= 0; i--) {
                if (!lanes.get(i).isEmpty()) {
                    return i;
                }
            }
            return -1;
        }
    }

    /**
     * Two urgent messages, then a normal one, while there are both (RabbitMQ 4.0, "Quorum Queues": priorities). What was
     * returned comes before either.
     */
    final class TwoToOne implements LaneOrder {
        /** Priorities up to it are normal. */
        private static final int NORMAL = 4;

        private static final int URGENT_IN_A_ROW = 2;
        private static final int NORMAL_LANE = 0;
        private static final int URGENT_LANE = 1;

        private int taken;

        @Override
        public int laneOf(int priority, int lanes) {
            return priority > NORMAL ? URGENT_LANE : NORMAL_LANE;
        }

        @Override
        public int next(List<ReadyMessages> lanes) {
            ReadyMessages normal = lanes.get(NORMAL_LANE);
            ReadyMessages urgent = lanes.get(URGENT_LANE);
            if (urgent.hasReturned()) {
                return URGENT_LANE;
            }
            if (normal.hasReturned()) {
                return NORMAL_LANE;
            }
            if (urgent.isEmpty()) {
                return normal.isEmpty() ? -1 : NORMAL_LANE;
            }
            return taken == URGENT_IN_A_ROW && !normal.isEmpty() ? NORMAL_LANE : URGENT_LANE;
        }

        @Override
        public void taken() {
            taken = taken == URGENT_IN_A_ROW ? 0 : taken + 1;
        }
    }
}
