package io.nncf4j.engines.libtorch;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.tensor.Tensor;

/** How near two tensors must be: floats by the largest magnitude, all else exactly. */
final class Agreement {
  private Agreement() {}

  /** Largest difference over the largest finite magnitude of {@code expected}. */
  static double relativeDifference(Tensor actual, Tensor expected) {
    double largest = 0;
    double difference = 0;
    for (int index = 0; index < expected.size(); index++) {
      double a = actual.doubleAt(index);
      double b = expected.doubleAt(index);
      if (Double.isFinite(b)) {
        largest = Math.max(largest, Math.abs(b));
      }
      if (a != b && !(Double.isNaN(a) && Double.isNaN(b))) {
        double distance = Math.abs(a - b);
        difference = Math.max(difference, Double.isNaN(distance) ? Double.MAX_VALUE : distance);
      }
    }
    return difference == 0 ? 0 : difference / Math.max(largest, Double.MIN_NORMAL);
  }

  static void check(String name, Tensor actual, Tensor expected, double tolerance) {
    assertThat(actual.shape()).as("shape of " + name).isEqualTo(expected.shape());
    assertThat(actual.dataType()).as("type of " + name).isEqualTo(expected.dataType());
    assertThat(relativeDifference(actual, expected))
        .as("difference of " + name + " " + expected)
        .isLessThanOrEqualTo(expected.dataType().isFloatingPoint() ? tolerance : 0);
  }
}
