package io.nncf4j.core.reference;

import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;

/** Pad in its four modes; negative pads cut away. */
final class PadKernel {
  private PadKernel() {}

  static Tensor pad(Call call) {
    Tensor data = call.input(0);
    long[] given = call.input(1).toLongs();
    int rank = data.rank();
    long[] all = new long[rank];
    Arrays.setAll(all, axis -> axis);
    long[] axes = call.longs(3, all);
    if (given.length != 2 * axes.length) {
      throw call.problem("it needs " + 2 * axes.length + " pads, found " + Arrays.toString(given));
    }
    long[] before = new long[rank];
    long[] source = data.shape();
    long[] shape = data.shape();
    for (int index = 0; index < axes.length; index++) {
      int axis = call.axis(axes[index], rank);
      before[axis] = given[index];
      shape[axis] = Math.addExact(shape[axis], given[index] + given[index + axes.length]);
      if (shape[axis] < 0) {
        throw call.problem("pads cut away more than axis " + axis + " of " + data + " has");
      }
    }
    String mode = call.node().stringAttribute("mode", "constant");
    call.charge(shape);
    int[] strides = Elements.strides(source);
    int[] indices =
        Elements.map(
            shape,
            at -> {
              int index = 0;
              for (int axis = 0; axis < rank; axis++) {
                long position = source(call, mode, at[axis] - before[axis], source[axis]);
                if (position < 0) {
                  return -1;
                }
                index += (int) position * strides[axis];
              }
              return index;
            });
    return Elements.pick(data, shape, indices, call.optional(2));
  }

  /** Where a position outside the data comes from; -1 for the fill value. */
  private static long source(Call call, String mode, long position, long length) {
    if (position >= 0 && position < length) {
      return position;
    }
    if (mode.equals("constant")) {
      return -1;
    }
    if (length == 0) {
      throw call.problem("an empty axis cannot be padded with mode " + mode);
    }
    return switch (mode) {
      case "edge" -> position < 0 ? 0 : length - 1;
      case "wrap" -> Math.floorMod(position, length);
      case "reflect" -> {
        long period = Math.max(1, 2 * (length - 1));
        long phase = Math.floorMod(position, period);
        yield phase < length ? phase : period - phase;
      }
      default -> throw call.problem("the mode \"" + mode + "\" is not known");
    };
  }
}
