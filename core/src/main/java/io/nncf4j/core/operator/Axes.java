package io.nncf4j.core.operator;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.symbolic.SymbolicInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Axes and dimensions as inference rules handle them. */
final class Axes {
  /** More axes than any tensor has; it bounds what a model can make inference allocate. */
  static final int MAXIMUM_RANK = 64;

  private Axes() {}

  /** The axis counted from the first. */
  static int normalize(long axis, int rank) {
    if (axis < -rank || axis >= rank) {
      throw new InputException("axis " + axis + " is beyond a tensor of rank " + rank);
    }
    return (int) (axis < 0 ? axis + rank : axis);
  }

  /** The axes counted from the first, in ascending order; each may stand once only. */
  static TreeSet<Integer> normalize(long[] axes, int rank) {
    TreeSet<Integer> normalized = new TreeSet<>();
    for (long axis : axes) {
      if (!normalized.add(normalize(axis, rank))) {
        throw new InputException("axis " + axis + " is named twice");
      }
    }
    return normalized;
  }

  /** A shape of this rank and nothing more. */
  static Shape unknown(int rank) {
    if (rank < 0 || rank > MAXIMUM_RANK) {
      throw new InputException(
          "the output would have rank " + rank + ", and " + MAXIMUM_RANK + " is the largest");
    }
    List<Dimension> dimensions = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      dimensions.add(Dimension.UNKNOWN);
    }
    return new Shape(dimensions);
  }

  static Shape shape(List<SymbolicInteger> lengths) {
    if (lengths.size() > MAXIMUM_RANK) {
      return unknown(lengths.size());
    }
    return new Shape(lengths.stream().map(SymbolicInteger::toDimension).toList());
  }

  static SymbolicInteger length(Shape shape, int axis) {
    return SymbolicInteger.of(shape.get(axis));
  }

  static List<SymbolicInteger> lengths(Shape shape) {
    List<SymbolicInteger> lengths = new ArrayList<>(shape.rank());
    shape.dimensions().forEach(dimension -> lengths.add(SymbolicInteger.of(dimension)));
    return lengths;
  }

  static SymbolicInteger product(List<SymbolicInteger> lengths) {
    SymbolicInteger product = SymbolicInteger.ONE;
    for (SymbolicInteger length : lengths) {
      product = product.times(length);
    }
    return product;
  }

  /** What two dimensions that must be the same are: the better known of both. */
  static Dimension same(Dimension left, Dimension right, String what) {
    if (left.isKnown() && right.isKnown() && !left.equals(right)) {
      throw new InputException(what + " should be the same, found " + left + " and " + right);
    }
    return left.isKnown() || right instanceof Dimension.Unknown
        ? left
        : right.isKnown() || left instanceof Dimension.Unknown ? right : left;
  }

  /**
   * @throws InputException when the shape is known and of another rank
   */
  static void requireRank(@Nullable Shape shape, int rank, String what) {
    if (shape != null && shape.rank() != rank) {
      throw new InputException(what + " should have rank " + rank + ", found " + shape);
    }
  }

  static void requireRankAtLeast(@Nullable Shape shape, int rank, String what) {
    if (shape != null && shape.rank() < rank) {
      throw new InputException(what + " should have rank " + rank + " or more, found " + shape);
    }
  }
}
