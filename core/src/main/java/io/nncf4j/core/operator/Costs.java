package io.nncf4j.core.operator;

import io.nncf4j.core.graph.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Counts of arithmetic that several operators share. */
final class Costs {
  static final long UNKNOWN = -1;

  /** One operation for each element of the first output. */
  static final Cost PER_OUTPUT = (node, inputs, outputs) -> elements(at(outputs, 0));

  /** One operation for each element of the first input, as reductions do. */
  static final Cost PER_INPUT = (node, inputs, outputs) -> elements(at(inputs, 0));

  private Costs() {}

  /** Some operations for each element of the first output. */
  static Cost perOutput(long operations) {
    return (node, inputs, outputs) -> product(operations, elements(at(outputs, 0)));
  }

  static Cost perInput(long operations) {
    return (node, inputs, outputs) -> product(operations, elements(at(inputs, 0)));
  }

  static @Nullable Shape at(List<@Nullable Shape> shapes, int index) {
    return index < shapes.size() ? shapes.get(index) : null;
  }

  /** Number of elements, or {@link #UNKNOWN}. */
  static long elements(@Nullable Shape shape) {
    if (shape == null || !shape.isStatic()) {
      return UNKNOWN;
    }
    return product(shape.toArray());
  }

  /** Product of numbers of which none is unknown; unknown when it overflows. */
  static long product(long... factors) {
    long product = 1;
    boolean zero = false;
    for (long factor : factors) {
      if (factor < 0) {
        return UNKNOWN;
      }
      zero |= factor == 0;
    }
    if (zero) {
      return 0;
    }
    for (long factor : factors) {
      if (Math.multiplyHigh(product, factor) != 0 || product * factor < 0) {
        return UNKNOWN;
      }
      product *= factor;
    }
    return product;
  }

  /** Sum that stays at the largest number instead of overflowing. */
  static long sum(long left, long right) {
    long sum = left + right;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }
}
