package io.nncf4j.data;

import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Counts broken samples and remembers some: those that come first by message, so that every pass
 * over the same samples tells the same of them. Safe for several threads.
 */
public final class BrokenSamples {
  private static final int NAMED = 20;

  private final SortedSet<String> named = new TreeSet<>();
  private int count;

  synchronized void clear() {
    named.clear();
    count = 0;
  }

  /** Counts one sample that cannot be used. */
  public synchronized void add(BrokenSampleException failure) {
    count++;
    named.add(String.valueOf(failure.getMessage()));
    if (named.size() > NAMED) {
      named.remove(named.last());
    }
  }

  synchronized void addAll(List<BrokenSampleException> failures) {
    failures.forEach(this::add);
  }

  public synchronized int count() {
    return count;
  }

  /** One finding for each sample that is remembered, and one for the others. */
  public synchronized List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    for (String message : named) {
      findings.add(Finding.warning("broken-sample", "skipped " + message));
    }
    if (count > named.size()) {
      findings.add(
          Finding.warning("broken-sample", "skipped " + (count - named.size()) + " more samples"));
    }
    return findings;
  }

  /** What to say when none of {@code size} samples can be used. */
  public synchronized InputException allBroken(int size) {
    return new InputException(
        "None of the %d samples can be used; the first: %s".formatted(size, named.first()));
  }
}
