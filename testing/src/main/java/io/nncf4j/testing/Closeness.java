package io.nncf4j.testing;

import java.util.function.IntToDoubleFunction;

/** How far two lists of numbers are apart. */
public final class Closeness {
  private Closeness() {}

  /**
   * The largest difference as a part of the largest magnitude that is expected; not a number where
   * one list has such an element and the other has not.
   */
  public static double difference(
      int size, IntToDoubleFunction found, IntToDoubleFunction expected) {
    double largest = 0;
    double difference = 0;
    for (int index = 0; index < size; index++) {
      double wanted = expected.applyAsDouble(index);
      double got = found.applyAsDouble(index);
      if (Double.isNaN(wanted) != Double.isNaN(got)) {
        return Double.NaN;
      }
      if (!Double.isNaN(wanted)) {
        largest = Math.max(largest, Math.abs(wanted));
        difference = Math.max(difference, wanted == got ? 0 : Math.abs(wanted - got));
      }
    }
    return largest == 0 ? difference : difference / largest;
  }
}
