package io.nncf4j.cli.quantize;

import io.nncf4j.core.InputException;
import java.util.Arrays;
import java.util.List;

/** Options that take several names at once. Splitting by hand finds those that are empty. */
final class CommaSeparated {
  private CommaSeparated() {}

  /**
   * All names of all times that an option was given.
   *
   * @throws InputException when one is empty: it would have no effect, or not the one meant
   */
  static List<String> names(String option, List<String> given) {
    List<String> names =
        given.stream()
            .flatMap(text -> Arrays.stream(text.split(",", -1)))
            .map(String::strip)
            .toList();
    if (names.contains("")) {
      throw new InputException(
          "%s takes names separated by commas; found an empty one in \"%s\""
              .formatted(option, String.join(",", given)));
    }
    return names;
  }
}
