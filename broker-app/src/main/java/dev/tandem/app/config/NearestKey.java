package dev.tandem.app.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the key that somebody probably meant. */
final class NearestKey {
    /** Part of a word that may be wrong before it is another word. */
    private static final double TOLERANCE = 0.34;

    private NearestKey() {}

    /** The known name nearest to a wrong one, if any is near; a name without its section counts as near. */
    static Optional<String> find(String wrong, Collection<String> known) {
        String normal = ConfigSchema.kebab(wrong).replace('_', '-');
        return known.stream()
                .min(Comparator.comparingInt((String name) -> distanceTo(name, normal))
                        .thenComparing(Comparator.naturalOrder()))
                .filter(name -> distanceTo(name, normal) <= Math.max(2, normal.length() * TOLERANCE));
    }

    private static int distanceTo(String known, String wrong) {
        String withoutSection = known.substring(known.indexOf('.') + 1);
        return Math.min(editDistance(known, wrong), editDistance(withoutSection, wrong) + 1);
    }

    /** Insertions, deletions and replacements from one to the other (Levenshtein), one row at a time. */
    static int editDistance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int column = 0; column <= to.length(); column++) {
            row[column] = column;
        }
        for (int line = 1; line <= from.length(); line++) {
            int diagonal = row[0];
            row[0] = line;
            for (int column = 1; column <= to.length(); column++) {
                int replaced = diagonal + (from.charAt(line - 1) == to.charAt(column - 1) ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.min(replaced, 1 + Math.min(diagonal, row[column - 1]));
            }
        }
        return row[to.length()];
    }
}
