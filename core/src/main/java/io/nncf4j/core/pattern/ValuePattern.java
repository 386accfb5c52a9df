package io.nncf4j.core.pattern;

import io.nncf4j.core.tensor.Tensor;
import java.util.function.Predicate;

/** What may stand at an input of a node. */
public sealed interface ValuePattern permits ValuePattern.Any, ValuePattern.Constant, NodePattern {
  /** Any value; the same name at two places asks for the same value. */
  record Any(String name) implements ValuePattern {}

  /**
   * A constant that satisfies a condition.
   *
   * @param condition completes the sentence "it is not …" in the reason of a mismatch
   */
  record Constant(String name, String condition, Predicate<Tensor> test) implements ValuePattern {}

  static ValuePattern any(String name) {
    return new Any(name);
  }

  static ValuePattern constant(String name) {
    return new Constant(name, "a constant", tensor -> true);
  }

  static ValuePattern constant(String name, String condition, Predicate<Tensor> test) {
    return new Constant(name, condition, test);
  }

  /** A constant with one element. */
  static ValuePattern scalar(String name) {
    return new Constant(name, "a constant of one element", tensor -> tensor.size() == 1);
  }
}
