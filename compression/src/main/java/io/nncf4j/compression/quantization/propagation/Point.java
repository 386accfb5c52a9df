package io.nncf4j.compression.quantization.propagation;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A place where a quantizer may stand: before one input of an operation, or behind the operation.
 */
final class Point {
  final Operation operation;

  /**
   * Input index at the operation's first node; -1 behind the operation; -2 and below for a value
   * that a body reads.
   */
  final int input;

  final String value;
  final boolean isInteger;

  /** The quantizer that stands here now. */
  @Nullable MovingQuantizer placed;

  /** Quantizers that stand here or have come from below through here. */
  final Set<MovingQuantizer> affecting = new LinkedHashSet<>();

  Point(Operation operation, int input, String value, boolean isInteger) {
    this.operation = operation;
    this.input = input;
    this.value = value;
    this.isInteger = isInteger;
  }

  boolean isBehind() {
    return input == -1;
  }

  @Override
  public String toString() {
    return (isBehind() ? "behind " : "before input " + input + " of ") + operation;
  }
}
