package io.nncf4j.data;

import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import java.util.ArrayList;
import java.util.List;

/** Counts broken samples and remembers the first ones. */
final class BrokenSamples {
  private static final int NAMED = 20;

  private final List<String> named = new ArrayList<>();
  private int count;

  synchronized void clear() {
    named.clear();
    count = 0;
  }

  synchronized void addAll(List<BrokenSampleException> failures) {
    for (BrokenSampleException failure : failures) {
      count++;
      if (named.size() < NAMED) {
        named.add(String.valueOf(failure.getMessage()));
      }
    }
  }

  synchronized int count() {
    return count;
  }

  synchronized List<Finding> findings() {
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

  synchronized InputException allBroken(int size) {
    return new InputException(
        "None of the %d samples can be used; the first: %s".formatted(size, named.get(0)));
  }
}
