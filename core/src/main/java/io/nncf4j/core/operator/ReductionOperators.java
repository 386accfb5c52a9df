package io.nncf4j.core.operator;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.symbolic.SymbolicInteger;
import io.nncf4j.core.tensor.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reductions over axes, and selections of extreme elements. */
final class ReductionOperators {
  private ReductionOperators() {}

  static List<OperatorSchema> schemas() {
    Family family = new Family("Reduction");
    for (String type :
        List.of(
            "ReduceL1",
            "ReduceL2",
            "ReduceLogSum",
            "ReduceLogSumExp",
            "ReduceMean",
            "ReduceProd",
            "ReduceSum",
            "ReduceSumSquare",
            "ReduceMax",
            "ReduceMin")) {
      boolean extreme = type.endsWith("Max") || type.endsWith("Min");
      family
          .onnx(
              type,
              "data:T, axes?:int64 -> reduced:T",
              extreme ? "T=number|bool" : "T=float|int32|int64|uint32|uint64")
          .attributes("keepdims:int=1, noop_with_empty_axes:int=0")
          .cost(Costs.PER_INPUT)
          .shape(ReductionOperators::reduced);
    }
    for (String type : List.of("ArgMax", "ArgMin")) {
      family
          .onnx(type, "data:T -> reduced:int64", "T=number")
          .attributes("axis:int=0, keepdims:int=1, select_last_index:int=0")
          .cost(Costs.PER_INPUT)
          .shape(ReductionOperators::extremeIndex);
    }
    family
        .onnx("TopK", "X:T, K:int64 -> Values:T, Indices:int64", "T=number")
        .attributes("axis:int=-1, largest:int=1, sorted:int=1")
        .infer(ReductionOperators::largest);
    return family.schemas();
  }

  private static @Nullable Shape reduced(InferenceContext context) {
    Shape shape = context.shape(0);
    boolean keep = context.node().intAttribute("keepdims", 1) != 0;
    boolean noop = context.node().intAttribute("noop_with_empty_axes", 0) != 0;
    long[] axes = context.hasInput(1) ? context.knownIntegers(1) : new long[0];
    if (shape == null) {
      return axes != null && axes.length == 0 && !noop && !keep ? Shape.SCALAR : null;
    }
    if (axes == null) {
      return unknownAxes(context, shape, keep);
    }
    if (axes.length == 0 && noop) {
      return shape;
    }
    return without(shape, axes.length == 0 ? all(shape) : Axes.normalize(axes, shape.rank()), keep);
  }

  private static @Nullable Shape unknownAxes(InferenceContext context, Shape shape, boolean keep) {
    if (keep) {
      return Axes.unknown(shape.rank());
    }
    Dimension count = Targets.count(context, 1);
    return count.isKnown() && count.lengthOrMinusOne() > 0
        ? Axes.unknown((int) Math.max(0, shape.rank() - count.lengthOrMinusOne()))
        : null;
  }

  private static Set<Integer> all(Shape shape) {
    Set<Integer> axes = new java.util.TreeSet<>();
    for (int axis = 0; axis < shape.rank(); axis++) {
      axes.add(axis);
    }
    return axes;
  }

  /** The shape after reducing {@code axes}, which stay with length 1 when {@code keep}. */
  static Shape without(Shape shape, Set<Integer> axes, boolean keep) {
    List<Dimension> dimensions = new ArrayList<>();
    for (int axis = 0; axis < shape.rank(); axis++) {
      if (!axes.contains(axis)) {
        dimensions.add(shape.get(axis));
      } else if (keep) {
        dimensions.add(Dimension.of(1));
      }
    }
    return new Shape(dimensions);
  }

  private static @Nullable Shape extremeIndex(InferenceContext context) {
    Shape shape = context.shape(0);
    if (shape == null) {
      return null;
    }
    int axis = Axes.normalize(context.node().intAttribute("axis", 0), shape.rank());
    return without(shape, Set.of(axis), context.node().intAttribute("keepdims", 1) != 0);
  }

  private static List<TensorType> largest(InferenceContext context) {
    Shape shape = context.shape(0);
    Shape selected = null;
    if (shape != null) {
      int axis = Axes.normalize(context.node().intAttribute("axis", -1), shape.rank());
      List<SymbolicInteger> count = context.integers(1);
      if (count != null && count.size() != 1) {
        throw new InputException("K should be one number, found " + count.size());
      }
      SymbolicInteger length = count == null ? SymbolicInteger.UNKNOWN : count.get(0);
      selected = shape.with(axis, length.toDimension());
    }
    return List.of(new TensorType(null, selected), new TensorType(DataType.INT64, selected));
  }
}
