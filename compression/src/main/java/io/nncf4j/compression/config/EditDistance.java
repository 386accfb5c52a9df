package io.nncf4j.compression.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The number of letters to insert, delete, replace or swap with their neighbour (Damerau 1964). */
final class EditDistance {
  /** Longer words are no misspelling of a key. */
  private static final int LONGEST = 64;

  private EditDistance() {}

  /** The candidate that {@code word} is most likely a misspelling of. */
  static Optional<String> nearest(String word, Collection<String> candidates) {
    if (word.length() > LONGEST) {
      return Optional.empty();
    }
    int limit = Math.max(1, word.length() / 3);
    return candidates.stream()
        .filter(candidate -> between(normal(word), normal(candidate)) <= limit)
        .min(Comparator.comparingInt(candidate -> between(normal(word), normal(candidate))));
  }

  private static String normal(String word) {
    return word.toLowerCase(Locale.ROOT).replace('-', '_');
  }

  static int between(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int row = 0; row <= a.length(); row++) {
      for (int column = 0; column <= b.length(); column++) {
        if (row == 0 || column == 0) {
          cost[row][column] = row + column;
          continue;
        }
        boolean same = a.charAt(row - 1) == b.charAt(column - 1);
        int best = cost[row - 1][column - 1] + (same ? 0 : 1);
        best = Math.min(best, 1 + Math.min(cost[row - 1][column], cost[row][column - 1]));
        if (row > 1
            && column > 1
            && a.charAt(row - 1) == b.charAt(column - 2)
            && a.charAt(row - 2) == b.charAt(column - 1)) {
          best = Math.min(best, cost[row - 2][column - 2] + 1);
        }
        cost[row][column] = best;
      }
    }
    return cost[a.length()][b.length()];
  }
}
