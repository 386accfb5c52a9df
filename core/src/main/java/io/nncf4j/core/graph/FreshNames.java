package io.nncf4j.core.graph;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Names that are taken, of nodes and values alike, and new ones that are not. */
public final class FreshNames {
  private final Set<String> taken = new HashSet<>();

  /** Where the search for a free number goes on, so that many wishes for one name stay cheap. */
  private final Map<String, Integer> lastNumbers = new HashMap<>();

  /** Keeps names from being handed out. */
  public void take(Collection<String> names) {
    taken.addAll(names);
  }

  /**
   * {@code wish} itself when it is free, else the first of {@code wish_1}, {@code wish_2}, … that
   * is. The name is then taken.
   */
  public String fresh(String wish) {
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
