package io.nncf4j.formats.pytorch.aten;

import java.util.Set;

/**
 * Arguments that a rule does not read. Those that cannot change what is computed are passed over;
 * any other makes the call one that cannot be expressed, because leaving it out would give a model
 * that computes something else.
 */
final class UnreadArguments {
  /** They say where and how a tensor is kept, by which kernel it is made, or how it is trained. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "allow_tf32",
          "benchmark",
          "copy",
          "cudnn_enable",
          "cudnn_enabled",
          "deterministic",
          "device",
          "implicit",
          "inplace",
          "layout",
          "memory_format",
          "non_blocking",
          "pin_memory",
          "sparse_grad");

  private UnreadArguments() {}

  /**
   * @param name of the parameter
   * @throws InexpressibleCallException when the value may change the result
   */
  static void check(String name, AtenValue value) {
    boolean absent = value instanceof AtenValue.Nothing || value.equals(new AtenValue.Flag(false));
    if (!absent && !WITHOUT_EFFECT.contains(name)) {
      throw new InexpressibleCallException(
          "its argument " + name + " is " + value + ", which has no equal here");
    }
  }
}
