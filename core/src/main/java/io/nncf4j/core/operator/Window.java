package io.nncf4j.core.operator;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.symbolic.SymbolicInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sliding window of convolutions and pooling.
 *
 * @param kernel lengths of the window, unknown where neither attribute nor weight tells
 * @param pads begin of every axis, then end of every axis
 * @param automatic how pads are chosen instead: NOTSET, VALID, SAME_UPPER or SAME_LOWER
 */
record Window(
    List<SymbolicInteger> kernel, long[] strides, long[] dilations, long[] pads, String automatic) {

  /** The window of a node over {@code spatial} axes; {@code weight} is O, I, kernel or null. */
  static Window of(InferenceContext context, int spatial, @Nullable Shape weight) {
    List<SymbolicInteger> kernel = new ArrayList<>();
    long[] given = context.node().intsAttributeOrNull("kernel_shape");
    if (given != null && given.length != spatial) {
      throw new InputException(
          "attribute kernel_shape has " + given.length + " axes, the input has " + spatial);
    }
    for (int axis = 0; axis < spatial; axis++) {
      SymbolicInteger length =
          given != null
              ? SymbolicInteger.of(given[axis])
              : weight != null ? Axes.length(weight, axis + 2) : SymbolicInteger.UNKNOWN;
      if (length.isConstant() && length.constant() < 1) {
        throw new InputException("the kernel should be 1 or longer, found " + length);
      }
      kernel.add(length);
    }
    String automatic = context.node().stringAttribute("auto_pad", "NOTSET");
    return switch (automatic) {
      case "NOTSET", "", "VALID", "SAME_UPPER", "SAME_LOWER" ->
          new Window(
              kernel,
              positive(context, "strides", spatial),
              positive(context, "dilations", spatial),
              context.perAxis("pads", 2 * spatial, 0),
              automatic.isEmpty() ? "NOTSET" : automatic);
      default -> throw new InputException("attribute auto_pad cannot be " + automatic);
    };
  }

  private static long[] positive(InferenceContext context, String attribute, int count) {
    long[] values = context.perAxis(attribute, count, 1);
    for (long value : values) {
      if (value < 1) {
        throw new InputException("attribute " + attribute + " should be 1 or more, found " + value);
      }
    }
    return values;
  }

  /** Lengths after sliding over the spatial axes of {@code image} (N, C, spatial axes). */
  List<Dimension> slide(Shape image, boolean roundUp) {
    List<Dimension> lengths = new ArrayList<>();
    for (int axis = 0; axis < kernel.size(); axis++) {
      SymbolicInteger length = slide(Axes.length(image, axis + 2), axis, roundUp);
      if (length.isConstant() && length.constant() < 0) {
        throw new InputException(
            "a window of " + extent(axis) + " is longer than axis " + (axis + 2) + " of " + image);
      }
      lengths.add(length.toDimension());
    }
    return lengths;
  }

  private SymbolicInteger slide(SymbolicInteger length, int axis, boolean roundUp) {
    if (automatic.startsWith("SAME")) {
      return length.ceilDivide(strides[axis]);
    }
    SymbolicInteger room = length.plus(padding(axis)).minus(extent(axis));
    if (!roundUp) {
      return room.floorDivide(strides[axis]).plus(1);
    }
    // The last window must start inside the image or its padding at the begin.
    SymbolicInteger starts =
        length.plus(automatic.equals("VALID") ? 0 : pads[axis]).ceilDivide(strides[axis]);
    return SymbolicInteger.minimum(room.ceilDivide(strides[axis]).plus(1), starts);
  }

  /** Length after the transposed operation. */
  SymbolicInteger spread(SymbolicInteger length, int axis) {
    if (automatic.startsWith("SAME")) {
      return length.times(strides[axis]);
    }
    return length
        .plus(-1)
        .times(strides[axis])
        .plus(extent(axis))
        .minus(SymbolicInteger.of(padding(axis)));
  }

  private long padding(int axis) {
    return automatic.equals("VALID") ? 0 : pads[axis] + pads[axis + kernel.size()];
  }

  /** Length from the first to the last element of the dilated window. */
  private SymbolicInteger extent(int axis) {
    return kernel.get(axis).plus(-1).times(dilations[axis]).plus(1);
  }
}
