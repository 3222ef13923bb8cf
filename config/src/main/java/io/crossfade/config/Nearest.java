package io.crossfade.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds what a misspelt word was probably meant to be. */
public final class Nearest {

    /** Longer words, and more candidates than this, are not compared: a file of nonsense must not cost minutes. */
    private static final int LONGEST_WORD = 64;

    private static final int MOST_CANDIDATES = 500;
    private static final int LISTED = 24;

    private Nearest() {}

    /** The candidate with the fewest typing errors, if they are few for the length of the word. */
    public static Optional<String> to(String word, Collection<String> candidates) {
        if (word.length() > LONGEST_WORD) {
            return Optional.empty();
        }
        String best = null;
        int least = word.length() < 3 ? 1 : Math.min(3, 1 + word.length() / 4) + 1;
        for (String candidate : (Iterable<String>) candidates.stream().limit(MOST_CANDIDATES)::iterator) {
            if (Math.abs(candidate.length() - word.length()) < least) {
                int distance = distance(word.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
                if (distance < least) {
                    least = distance;
                    best = candidate;
                }
            }
        }
        return Optional.ofNullable(best);
    }

    /** The candidates for a sentence: a, b or c. */
    public static String list(Collection<String> words) {
        if (words.size() > LISTED) {
            return words.stream().limit(LISTED).collect(Collectors.joining(", ")) + " ...";
        }
        String joined = String.join(", ", words);
        int last = joined.lastIndexOf(", ");
        return last < 0 ? joined : joined.substring(0, last) + " or " + joined.substring(last + 2);
    }

    /** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
    private static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, a, b, i, j);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int cheapest(int[][] cost, String a, String b, int i, int j) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int least = Math.min(cost[i - 1][j - 1] + change, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
    }
}
