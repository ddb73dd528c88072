package dev.tandem.storage.nondurable;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The logs of one owner that have something to spill, by size: one list for each power of two, so that the largest is
 * found, and an append or an acknowledgement accounted for, in a few instructions and without an object.
 */
final class OwnedLogs {
    /** So many logs are asked at a time, most. */
    private static final int MAX_VISITS = 1024;

    private final Executor owner;
    private final @Nullable TransientLog[] lists = new @Nullable TransientLog[Long.SIZE];
    private volatile int largest = -1;

    private volatile boolean asked;
    private volatile boolean dry;
    private volatile long answeredNanos;

    OwnedLogs(Executor owner) {
        this.owner = owner;
    }

    Executor owner() {
        return owner;
    }

    /** Which list the largest logs are in, -1 when nothing can be spilled; any thread. */
    int largest() {
        return largest;
    }

    /** A log can spill so much now. Owner. */
    void resized(TransientLog log, long spillableBytes) {
        int list = Long.SIZE - 1 - Long.numberOfLeadingZeros(spillableBytes);
        int before = log.list;
        if (list == before) {
            return;
        }
        if (before >= 0) {
            unlink(log, before);
        }
        log.list = list;
        if (list >= 0) {
            link(log, list);
        }
        if (list > largest || before == largest) {
            int top = Math.max(list, largest);
            while (top >= 0 && lists[top] == null) {
                top--;
            }
            if (top != largest) {
                largest = top;
            }
        }
    }

    private void link(TransientLog log, int list) {
        TransientLog head = lists[list];
        log.previous = null;
        log.next = head;
        if (head != null) {
            head.previous = log;
        }
        lists[list] = log;
    }

    private void unlink(TransientLog log, int list) {
        TransientLog previous = log.previous;
        TransientLog next = log.next;
        if (previous == null) {
            lists[list] = next;
        } else {
            previous.next = next;
        }
        if (next != null) {
            next.previous = previous;
        }
        log.previous = null;
        log.next = null;
    }

    /**
     * Makes the largest logs spill what is coldest in them, at first what no reader will come to soon, and when there is
     * none of that, everything. Owner.
     *
     * @return how many bytes are free, or will be when they are written
     */
    long giveUp(long wantedBytes) {
        long given = giveUp(wantedBytes, true);
        return given > 0 ? given : giveUp(wantedBytes, false);
    }

    private long giveUp(long wantedBytes, boolean sparesReader) {
        long given = 0;
        int visits = 0;
        for (int list = largest; list >= 0; list--) {
            TransientLog log = lists[list];
            while (log != null && given < wantedBytes && visits < MAX_VISITS) {
                TransientLog next = log.next; // of this list, before it moves to another
                given += log.giveUp(wantedBytes - given, sparesReader);
                visits++;
                log = next;
            }
        }
        return given;
    }

    // ---- the spiller's notes

    /** False while an answer is due, or when there was nothing to give a short while ago. */
    boolean mayBeAsked(long patienceNanos) {
        return !asked && largest >= 0 && (!dry || System.nanoTime() - answeredNanos >= patienceNanos);
    }

    void noteAsked() {
        asked = true;
    }

    /** Any thread. */
    void noteAnswer(boolean gave) {
        dry = !gave;
        answeredNanos = System.nanoTime();
        asked = false;
    }
}
