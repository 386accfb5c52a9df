package io.nncf4j.engines.libtorch.operators;

import io.nncf4j.core.graph.Node;
import org.bytedeco.pytorch.Tensor;

/**
 * Padding of a convolution or pool: given, or found from the input's size ({@code auto_pad}).
 *
 * @param mode {@code NOTSET}, {@code VALID}, {@code SAME_UPPER} or {@code SAME_LOWER}
 * @param given begins of all spatial axes, then their ends; empty when absent
 */
record Padding(String mode, long[] given) {
  static Padding of(Node node) {
    return new Padding(
        node.stringAttribute("auto_pad", "NOTSET"), node.intsAttribute("pads", new long[0]));
  }

  /** Begins, then ends, for an input of this size. */
  long[] resolve(Tensor input, long[] kernel, long[] strides, long[] dilations) {
    int spatial = kernel.length;
    if (!mode.startsWith("SAME")) {
      return mode.equals("VALID") || given.length == 0 ? new long[2 * spatial] : given;
    }
    long[] pads = new long[2 * spatial];
    for (int axis = 0; axis < spatial; axis++) {
      long size = input.size(axis + 2);
      long output = (size + strides[axis] - 1) / strides[axis];
      long reach = (kernel[axis] - 1) * dilations[axis] + 1;
      long total = Math.max(0, (output - 1) * strides[axis] + reach - size);
      long small = total / 2;
      pads[axis] = mode.equals("SAME_LOWER") ? total - small : small;
      pads[axis + spatial] = total - pads[axis];
    }
    return pads;
  }

  static boolean isSymmetric(long[] pads) {
    int spatial = pads.length / 2;
    for (int axis = 0; axis < spatial; axis++) {
      if (pads[axis] != pads[axis + spatial] || pads[axis] < 0) {
        return false;
      }
    }
    return true;
  }

  /** libtorch's order: begin and end of the last axis, of the one before, and so on. */
  static long[] reversed(long[] pads) {
    int axes = pads.length / 2;
    long[] reversed = new long[pads.length];
    for (int axis = 0; axis < axes; axis++) {
      reversed[2 * (axes - 1 - axis)] = pads[axis];
      reversed[2 * (axes - 1 - axis) + 1] = pads[axis + axes];
    }
    return reversed;
  }
}
