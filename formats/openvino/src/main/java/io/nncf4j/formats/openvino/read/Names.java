package io.nncf4j.formats.openvino.read;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Names that are used in a model, so that no two values, of whatever body, have the same. */
final class Names {
  private final Set<String> taken = new HashSet<>();
  private final Map<String, Integer> lastNumbers = new HashMap<>();

  /** {@code wish} itself, or with the first number that is free. */
  String fresh(String wish) {
    if (taken.add(wish)) {
      return wish;
    }
    int number = lastNumbers.getOrDefault(wish, 0) + 1;
    while (!taken.add(wish + "_" + number)) {
      number++;
    }
    lastNumbers.put(wish, number);
    return wish + "_" + number;
  }
}
