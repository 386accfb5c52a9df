package io.nncf4j.data.description;

import io.nncf4j.core.InputException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Collects everything that is wrong in one file, so that it can be mended in one go. */
final class Problems {
  private final String file;
  private final List<String> problems = new ArrayList<>();

  Problems(String file) {
    this.file = file;
  }

  void add(int line, String problem) {
    problems.add(file + ":" + line + ": " + problem);
  }

  boolean isEmpty() {
    return problems.isEmpty();
  }

  void throwIfAny() {
    if (!problems.isEmpty()) {
      throw new InputException(String.join("\n", problems));
    }
  }

  /** Says that a key or value is unknown, with the nearest known one if there is one. */
  static String unknown(String what, String found, Collection<String> known) {
    String nearest = null;
    int best = Math.max(2, found.length() / 3) + 1;
    for (String candidate : known) {
      int distance = distance(found.toLowerCase(java.util.Locale.ROOT), candidate);
      if (distance < best) {
        best = distance;
        nearest = candidate;
      }
    }
    String hint =
        nearest == null
            ? "; known are " + String.join(", ", known)
            : "; did you mean \"" + nearest + "\"?";
    return "unknown %s \"%s\"%s".formatted(what, shorten(found), hint);
  }

  static String shorten(String text) {
    return text.length() > 60 ? text.substring(0, 60) + "…" : text;
  }

  /** Levenshtein's edit distance; long texts are far from everything. */
  private static int distance(String left, String right) {
    String lowerRight = right.toLowerCase(java.util.Locale.ROOT);
    if (left.length() > 60) {
      return Integer.MAX_VALUE;
    }
    int[] row = new int[lowerRight.length() + 1];
    for (int column = 0; column < row.length; column++) {
      row[column] = column;
    }
    for (int line = 1; line <= left.length(); line++) {
      int diagonal = row[0];
      row[0] = line;
      for (int column = 1; column < row.length; column++) {
        int substituted =
            diagonal + (left.charAt(line - 1) == lowerRight.charAt(column - 1) ? 0 : 1);
        diagonal = row[column];
        row[column] = Math.min(substituted, Math.min(row[column], row[column - 1]) + 1);
      }
    }
    return row[lowerRight.length()];
  }
}
