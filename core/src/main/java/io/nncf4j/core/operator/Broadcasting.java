package io.nncf4j.core.operator;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.symbolic.SymbolicInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Multidirectional broadcasting, as of NumPy. */
final class Broadcasting {
  private Broadcasting() {}

  /** The common shape, null when one is of unknown rank. */
  static @Nullable Shape of(@Nullable Shape left, @Nullable Shape right) {
    if (left == null || right == null) {
      return null;
    }
    int rank = Math.max(left.rank(), right.rank());
    List<Dimension> dimensions = new ArrayList<>(rank);
    for (int axis = 0; axis < rank; axis++) {
      int inLeft = axis - (rank - left.rank());
      int inRight = axis - (rank - right.rank());
      Dimension dimension =
          inLeft < 0
              ? right.get(inRight)
              : inRight < 0 ? left.get(inLeft) : of(left.get(inLeft), right.get(inRight));
      if (dimension == null) {
        throw new InputException("the shapes " + left + " and " + right + " do not broadcast");
      }
      dimensions.add(dimension);
    }
    return new Shape(dimensions);
  }

  /** The common shape of all inputs from {@code first} to {@code last}. */
  static @Nullable Shape ofInputs(InferenceContext context, int first, int last) {
    Shape common = Shape.SCALAR;
    for (int index = first; index <= last; index++) {
      if (context.hasInput(index)) {
        common = of(common, context.shape(index));
      }
    }
    return common;
  }

  static @Nullable Shape ofAllInputs(InferenceContext context) {
    return ofInputs(context, 0, context.node().inputs().size() - 1);
  }

  /** The common length, null when there is none. */
  private static @Nullable Dimension of(Dimension left, Dimension right) {
    if (left.lengthOrMinusOne() == 1) {
      return right;
    }
    if (right.lengthOrMinusOne() == 1 || left.equals(right) && !isUnknown(left)) {
      return left;
    }
    if (left.isKnown()) {
      return right.isKnown() ? null : left;
    }
    if (right.isKnown()) {
      return right;
    }
    // Both are the same at run time, or one of them is 1.
    return isUnknown(left) || isUnknown(right)
        ? Dimension.UNKNOWN
        : SymbolicInteger.maximum(SymbolicInteger.of(left), SymbolicInteger.of(right))
            .toDimension();
  }

  private static boolean isUnknown(Dimension dimension) {
    return dimension instanceof Dimension.Unknown;
  }
}
