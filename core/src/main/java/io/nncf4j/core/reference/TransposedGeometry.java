package io.nncf4j.core.reference;

import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;

/** Where each input element of a transposed convolution writes to. */
record TransposedGeometry(
    long[] input,
    long[] kernel,
    long[] strides,
    long[] dilations,
    long[] padsBefore,
    long[] output) {

  static TransposedGeometry of(Call call, Tensor x, Tensor weight) {
    int rank = x.rank() - 2;
    long[] ones = new long[rank];
    Arrays.fill(ones, 1);
    long[] kernel = Arrays.copyOfRange(weight.shape(), 2, weight.rank());
    long[] strides = call.node().intsAttribute("strides", ones);
    long[] dilations = call.node().intsAttribute("dilations", ones);
    long[] pads = call.node().intsAttribute("pads", new long[2 * rank]);
    long[] extra = call.node().intsAttribute("output_padding", new long[rank]);
    long[] wanted = call.node().intsAttributeOrNull("output_shape");
    if (strides.length != rank
        || dilations.length != rank
        || pads.length != 2 * rank
        || extra.length != rank) {
      throw call.problem("strides, dilations or pads do not fit " + x);
    }
    String automatic = call.node().stringAttribute("auto_pad", "NOTSET");
    long[] input = Arrays.copyOfRange(x.shape(), 2, x.rank());
    long[] before = Arrays.copyOf(pads, rank);
    long[] output = new long[rank];
    for (int axis = 0; axis < rank; axis++) {
      long full =
          strides[axis] * (input[axis] - 1)
              + extra[axis]
              + (kernel[axis] - 1) * dilations[axis]
              + 1;
      boolean same = automatic.startsWith("SAME");
      if (wanted != null || same) {
        output[axis] =
            wanted != null ? wanted[wanted.length - rank + axis] : input[axis] * strides[axis];
        long total = Math.max(0, full - output[axis]);
        before[axis] = automatic.equals("SAME_UPPER") ? total / 2 : total - total / 2;
        if (!same) {
          before[axis] = total / 2;
        }
      } else {
        output[axis] = full - before[axis] - pads[rank + axis];
      }
      if (output[axis] < 0) {
        throw call.problem("pads are larger than the output");
      }
    }
    return new TransposedGeometry(input, kernel, strides, dilations, before, output);
  }

  /** The output element under each element of the window at an input place, -1 when cut off. */
  int[] targets(int place) {
    long[] at = Windows.unravel(place, input);
    int[] strideOf = Elements.strides(output);
    return Elements.map(
        kernel,
        offset -> {
          int index = 0;
          for (int axis = 0; axis < input.length; axis++) {
            long to = at[axis] * strides[axis] + offset[axis] * dilations[axis] - padsBefore[axis];
            if (to < 0 || to >= output[axis]) {
              return -1;
            }
            index += (int) to * strideOf[axis];
          }
          return index;
        });
  }
}
