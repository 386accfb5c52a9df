package io.nncf4j.core.operator;

import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.symbolic.SymbolicInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shapes that a model gives as a value. */
final class Targets {
  private Targets() {}

  /** The shape that input {@code index} holds; null when not even its rank is known. */
  static @Nullable Shape shape(InferenceContext context, int index) {
    List<SymbolicInteger> lengths = context.integers(index);
    return lengths != null ? Axes.shape(lengths) : ofCount(context, index);
  }

  /** A shape as long as the vector at input {@code index}. */
  static @Nullable Shape ofCount(InferenceContext context, int index) {
    Dimension count = count(context, index);
    return count.isKnown() ? Axes.unknown((int) Math.min(1 << 20, count.lengthOrMinusOne())) : null;
  }

  /** Number of elements of the vector at input {@code index}. */
  static Dimension count(InferenceContext context, int index) {
    Shape shape = context.shape(index);
    return shape == null || shape.rank() != 1 ? Dimension.UNKNOWN : shape.get(0);
  }
}
