package dev.tandem.amqp.channel;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * When delivery tags were given, roughly: at some moments the last tag given so far is noted, so that a tag counts as given
 * at the first of these moments that has it or a higher one. Never earlier than it was, and in a bounded number of notes.
 */
final class TagTimes {
    private static final int MAX_NOTES = 128;

    private final Deque<Note> notes = new ArrayDeque<>();

    /** By now so many tags were given. */
    void note(long lastTag, long nowMillis) {
        notes.addLast(new Note(lastTag, nowMillis));
        if (notes.size() > MAX_NOTES) {
            thinOut();
        }
    }

    /** When a tag was given, at the latest; there is a note of it or a higher one. Lower tags are forgotten. */
    long timeOf(long tag) {
        while (notes.getFirst().lastTag < tag) {
            notes.removeFirst();
        }
        return notes.getFirst().millis;
    }

    void clear() {
        notes.clear();
    }

    int size() {
        return notes.size();
    }

    /** Keeps the first note and the last one, and those between that are not too close: tags count as younger by little. */
    private void thinOut() {
        Note last = notes.getLast();
        Note kept = notes.getFirst();
        long leastMillis = (last.millis - kept.millis) / (MAX_NOTES / 2);
        for (var each = notes.iterator(); each.hasNext(); ) {
            Note note = each.next();
            if (note.equals(kept) || note.equals(last)) {
                continue;
            }
            if (note.millis - kept.millis < leastMillis) {
                each.remove();
            } else {
                kept = note;
            }
        }
    }

    private record Note(long lastTag, long millis) {}
}
