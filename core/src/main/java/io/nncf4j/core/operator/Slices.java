package io.nncf4j.core.operator;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.symbolic.SymbolicInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lengths after slicing, with ends that may be symbolic. */
final class Slices {
  private Slices() {}

  static @Nullable Shape shape(InferenceContext context) {
    Shape shape = context.shape(0);
    if (shape == null) {
      return null;
    }
    List<SymbolicInteger> starts = context.integers(1);
    List<SymbolicInteger> ends = context.integers(2);
    long[] steps = context.hasInput(4) ? context.knownIntegers(4) : null;
    long[] axes = context.hasInput(3) ? context.knownIntegers(3) : first(starts, ends);
    if (axes == null) {
      return Axes.unknown(shape.rank());
    }
    Shape sliced = shape;
    Axes.normalize(axes, shape.rank());
    check(starts, axes.length, "starts");
    check(ends, axes.length, "ends");
    for (int index = 0; index < axes.length; index++) {
      int axis = Axes.normalize(axes[index], shape.rank());
      SymbolicInteger step =
          !context.hasInput(4)
              ? SymbolicInteger.ONE
              : steps == null || index >= steps.length
                  ? SymbolicInteger.UNKNOWN
                  : SymbolicInteger.of(steps[index]);
      SymbolicInteger length =
          starts == null || ends == null
              ? SymbolicInteger.UNKNOWN
              : length(Axes.length(shape, axis), starts.get(index), ends.get(index), step);
      sliced = sliced.with(axis, length.toDimension());
    }
    return sliced;
  }

  private static void check(@Nullable List<SymbolicInteger> values, int count, String what) {
    if (values != null && values.size() != count) {
      throw new InputException(what + " should hold " + count + " numbers, found " + values);
    }
  }

  private static long @Nullable [] first(
      @Nullable List<SymbolicInteger> starts, @Nullable List<SymbolicInteger> ends) {
    List<SymbolicInteger> known = starts != null ? starts : ends;
    if (known == null) {
      return null;
    }
    long[] axes = new long[known.size()];
    for (int axis = 0; axis < axes.length; axis++) {
      axes[axis] = axis;
    }
    return axes;
  }

  /** Number of elements from {@code start} to {@code end} of an axis. */
  static SymbolicInteger length(
      SymbolicInteger whole, SymbolicInteger start, SymbolicInteger end, SymbolicInteger step) {
    if (step.is(0)) {
      throw new InputException("the step of a slice is 0");
    }
    if (!step.isConstant()) {
      return SymbolicInteger.UNKNOWN;
    }
    if (step.constant() > 0) {
      SymbolicInteger from = clamp(start, whole, SymbolicInteger.ZERO, whole);
      SymbolicInteger to = clamp(end, whole, SymbolicInteger.ZERO, whole);
      return atLeastZero(to.minus(from).ceilDivide(step));
    }
    SymbolicInteger last = whole.plus(-1);
    SymbolicInteger from = clamp(start, whole, SymbolicInteger.ZERO, last);
    SymbolicInteger to = clamp(end, whole, SymbolicInteger.of(-1), last);
    return atLeastZero(from.minus(to).ceilDivide(step.times(-1)));
  }

  private static SymbolicInteger atLeastZero(SymbolicInteger length) {
    return SymbolicInteger.maximum(length, SymbolicInteger.ZERO);
  }

  /** A position, which counts from the end when it is negative, brought between two others. */
  static SymbolicInteger clamp(
      SymbolicInteger position,
      SymbolicInteger whole,
      SymbolicInteger lowest,
      SymbolicInteger highest) {
    SymbolicInteger absolute;
    if (position.isConstant()) {
      long value = position.constant();
      // The customary "to the end" and "to the begin" need no length.
      if (value >= Integer.MAX_VALUE) {
        return highest;
      }
      if (value <= Integer.MIN_VALUE) {
        return lowest;
      }
      absolute = value < 0 ? whole.plus(value) : position;
    } else if (position.lowerBound() >= 0) {
      absolute = position;
    } else if (position.upperBound() < 0) {
      absolute = whole.plus(position);
    } else {
      return SymbolicInteger.UNKNOWN;
    }
    return SymbolicInteger.maximum(SymbolicInteger.minimum(absolute, highest), lowest);
  }
}
