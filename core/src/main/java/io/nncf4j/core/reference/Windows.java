package io.nncf4j.core.reference;

import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;

/**
 * Geometry of a sliding window over the spatial dimensions of {@code [N, C, D1, D2, …]}.
 *
 * @param input spatial lengths of the input
 * @param kernel lengths of the window
 * @param strides steps between windows
 * @param dilations distances between elements of a window
 * @param padsBefore padding before each dimension
 * @param padsAfter padding behind each dimension
 * @param output number of window positions
 */
record Windows(
    long[] input,
    long[] kernel,
    long[] strides,
    long[] dilations,
    long[] padsBefore,
    long[] padsAfter,
    long[] output) {

  static Windows of(Call call, Tensor x, long[] kernel) {
    int rank = x.rank() - 2;
    if (rank < 1 || kernel.length != rank) {
      throw call.problem("a window of " + Arrays.toString(kernel) + " does not fit " + x);
    }
    long[] ones = new long[rank];
    Arrays.fill(ones, 1);
    long[] strides = call.node().intsAttribute("strides", ones);
    long[] dilations = call.node().intsAttribute("dilations", ones);
    long[] pads = call.node().intsAttribute("pads", new long[2 * rank]);
    if (strides.length != rank || dilations.length != rank || pads.length != 2 * rank) {
      throw call.problem("strides, dilations or pads do not fit " + x);
    }
    String automatic = call.node().stringAttribute("auto_pad", "NOTSET");
    boolean ceil = call.node().intAttribute("ceil_mode", 0) != 0;
    long[] input = Arrays.copyOfRange(x.shape(), 2, x.rank());
    long[] before = Arrays.copyOf(pads, rank);
    long[] after = Arrays.copyOfRange(pads, rank, 2 * rank);
    long[] output = new long[rank];
    for (int axis = 0; axis < rank; axis++) {
      if (kernel[axis] < 1 || strides[axis] < 1 || dilations[axis] < 1) {
        throw call.problem("kernel, strides and dilations must be positive");
      }
      long span = (kernel[axis] - 1) * dilations[axis] + 1;
      if (automatic.startsWith("SAME")) {
        output[axis] = (input[axis] + strides[axis] - 1) / strides[axis];
        long total = Math.max(0, (output[axis] - 1) * strides[axis] + span - input[axis]);
        before[axis] = automatic.equals("SAME_LOWER") ? total - total / 2 : total / 2;
        after[axis] = total - before[axis];
        continue;
      }
      if (automatic.equals("VALID")) {
        before[axis] = 0;
        after[axis] = 0;
      }
      long free = input[axis] + before[axis] + after[axis] - span;
      long positions =
          ceil ? -Math.floorDiv(-free, strides[axis]) + 1 : Math.floorDiv(free, strides[axis]) + 1;
      // A window that would start in the padding behind the data is dropped.
      if (ceil && (positions - 1) * strides[axis] >= input[axis] + before[axis]) {
        positions--;
      }
      if (free < 0 || positions < 1) {
        throw call.problem(
            "the window " + Arrays.toString(kernel) + " is larger than the padded input " + x);
      }
      output[axis] = positions;
    }
    return new Windows(input, kernel, strides, dilations, before, after, output);
  }

  /** {@code [N, channels, output…]}. */
  long[] outputShape(long batch, long channels) {
    long[] shape = new long[output.length + 2];
    shape[0] = batch;
    shape[1] = channels;
    System.arraycopy(output, 0, shape, 2, output.length);
    return shape;
  }

  int inputSize() {
    return Tensor.elementCount(input);
  }

  int outputSize() {
    return Tensor.elementCount(output);
  }

  int kernelSize() {
    return Tensor.elementCount(kernel);
  }

  /**
   * The element of the input's spatial plane under each element of the window at {@code position};
   * -1 in the padding, -2 beyond it.
   */
  int[] elements(int position) {
    long[] at = unravel(position, output);
    int[] strideOf = Elements.strides(input);
    return Elements.map(
        kernel,
        offset -> {
          int index = 0;
          boolean padding = false;
          for (int axis = 0; axis < input.length; axis++) {
            long place =
                at[axis] * strides[axis] + offset[axis] * dilations[axis] - padsBefore[axis];
            if (place >= input[axis] + padsAfter[axis]) {
              return -2;
            }
            padding |= place < 0 || place >= input[axis];
            index += (int) place * strideOf[axis];
          }
          return padding ? -1 : index;
        });
  }

  static long[] unravel(int index, long[] shape) {
    long[] at = new long[shape.length];
    int rest = index;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      at[axis] = rest % shape[axis];
      rest /= (int) shape[axis];
    }
    return at;
  }
}
