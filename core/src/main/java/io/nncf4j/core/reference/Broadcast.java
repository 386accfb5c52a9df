package io.nncf4j.core.reference;

import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** Multidirectional broadcasting, as NumPy defines it. */
final class Broadcast {
  private Broadcast() {}

  static long[] shape(Call call, List<Tensor> tensors) {
    long[] result = {};
    for (Tensor tensor : tensors) {
      result = shape(call, result, tensor.shape());
    }
    return result;
  }

  static long[] shape(Call call, long[] left, long[] right) {
    int rank = Math.max(left.length, right.length);
    long[] result = new long[rank];
    for (int axis = 0; axis < rank; axis++) {
      long l = at(left, axis - rank + left.length);
      long r = at(right, axis - rank + right.length);
      if (l != r && l != 1 && r != 1) {
        throw call.problem(
            "shapes "
                + Arrays.toString(left)
                + " and "
                + Arrays.toString(right)
                + " do not broadcast");
      }
      result[axis] = l == 1 ? r : l;
    }
    return result;
  }

  private static long at(long[] shape, int axis) {
    return axis < 0 ? 1 : shape[axis];
  }

  /** For each element of {@code to}, the element of {@code from} that stands there. */
  static int[] indices(long[] from, long[] to) {
    int[] strides = Elements.strides(from);
    int offset = to.length - from.length;
    for (int axis = 0; axis < from.length; axis++) {
      if (from[axis] == 1) {
        strides[axis] = 0;
      }
    }
    return Elements.map(
        to,
        at -> {
          int index = 0;
          for (int axis = 0; axis < strides.length; axis++) {
            index += (int) at[axis + offset] * strides[axis];
          }
          return index;
        });
  }
}
