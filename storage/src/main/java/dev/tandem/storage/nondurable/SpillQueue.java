package dev.tandem.storage.nondurable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What owners hand to the spill thread. Writes and deletions need no order among them: a chunk is marked as gone before it
 * is forgotten, and one that is gone when its turn comes is not written. Safe for use from any thread.
 */
final class SpillQueue {
    private final Deque<SpillWrite> writes = new ArrayDeque<>();
    private List<Forgotten> forgotten = new ArrayList<>();
    private long leavingBytes;
    private boolean woken;

    synchronized void write(SpillWrite write) {
        writes.add(write);
        leavingBytes += write.heapBytes();
        wake();
    }

    synchronized void forget(Forgotten range) {
        forgotten.add(range);
        wake();
    }

    /** Heap bytes that are asked for, waiting to be written, or written and not dropped yet. */
    synchronized long leavingBytes() {
        return leavingBytes;
    }

    synchronized void addLeaving(long bytes) {
        leavingBytes += bytes;
        wake();
    }

    synchronized void wake() {
        woken = true;
        notifyAll();
    }

    /** The next writes, of about so many bytes; at least one when there is any. */
    synchronized List<SpillWrite> takeWrites(long bytes) {
        var taken = new ArrayList<SpillWrite>();
        long size = 0;
        while (!writes.isEmpty() && (taken.isEmpty() || size + writes.peek().size() <= bytes)) {
            SpillWrite write = writes.remove();
            size += write.size();
            taken.add(write);
        }
        return taken;
    }

    synchronized List<Forgotten> takeForgotten() {
        List<Forgotten> taken = forgotten;
        forgotten = new ArrayList<>();
        return taken;
    }

    /** Takes back what could not be deleted. */
    synchronized void giveBack(List<Forgotten> ranges) {
        forgotten.addAll(ranges);
    }

    /** Waits until something happened since the last wait, or for a while. */
    synchronized void await(long nanos) throws InterruptedException {
        long until = System.nanoTime() + nanos;
        while (!woken) {
            long left = until - System.nanoTime();
            if (left <= 0) {
                break;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        woken = false;
    }
}
