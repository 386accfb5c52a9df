package io.nncf4j.core.operator;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.symbolic.SymbolicInteger;
import io.nncf4j.core.tensor.DataType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Joining, cutting, padding, gathering and scattering. */
final class IndexingOperators {
  private static final ShapeRule SAME = context -> context.shape(0);

  private IndexingOperators() {}

  static List<OperatorSchema> schemas() {
    Family family = new Family("Indexing");
    family
        .onnx("Concat", "inputs...:T -> concat_result:T", "T=any")
        .attributes("axis:int!")
        .shape(context -> concat(context, 0, 1));
    family
        .onnx("Split", "input:T, split?:int64 -> outputs...:T", "T=any")
        .attributes("axis:int=0, num_outputs:int")
        .infer(IndexingOperators::split);
    family
        .onnx("Slice", "data:T, starts:I, ends:I, axes?:I, steps?:I -> output:T", "T=any; I=index")
        .shape(Slices::shape);
    family
        .onnx("Pad", "data:T, pads:int64, constant_value?:T, axes?:I -> output:T", "T=any; I=index")
        .attributes("mode:string=constant")
        .shape(IndexingOperators::pad);
    family
        .onnx("CenterCropPad", "input_data:T, shape:I -> output_data:T", "T=any; I=index")
        .attributes("axes:ints")
        .shape(IndexingOperators::crop);
    gathers(family);
    scatters(family);
    selections(family);
    family
        .microsoft(
            "QLinearConcat", "Y_scale:float32, Y_zero_point:T, inputs...:any -> Y:T", "T=byte")
        .attributes("axis:int!")
        .shape(context -> concat(context, 2, 3));
    return family.schemas();
  }

  private static void gathers(Family family) {
    family
        .onnx("Gather", "data:T, indices:I -> output:T", "T=any; I=index")
        .attributes("axis:int=0")
        .shape(IndexingOperators::gather);
    family
        .onnx("GatherElements", "data:T, indices:I -> output:T", "T=any; I=index")
        .attributes("axis:int=0")
        .shape(context -> context.shape(1));
    family
        .onnx("GatherND", "data:T, indices:int64 -> output:T", "T=any")
        .attributes("batch_dims:int=0")
        .shape(IndexingOperators::gatherPoints);
    family
        .microsoft(
            "GatherBlockQuantized",
            "data:any, indices:I, scales:T, zero_points?:any -> output:T",
            "T=float; I=index")
        .attributes("bits:int=4, block_size:int=128, gather_axis:int=0, quantize_axis:int=1")
        .infer(context -> List.of());
  }

  private static void scatters(Family family) {
    String attributes = "axis:int=0, reduction:string=none";
    family
        .onnx("ScatterElements", "data:T, indices:I, updates:T -> output:T", "T=any; I=index")
        .attributes(attributes)
        .shape(SAME);
    family
        .onnx("Scatter", "data:T, indices:I, updates:T -> output:T", "T=any; I=index")
        .attributes("axis:int=0")
        .shape(SAME);
    family
        .onnx("ScatterND", "data:T, indices:int64, updates:T -> output:T", "T=any")
        .attributes("reduction:string=none")
        .shape(SAME);
    family
        .onnx(
            "TensorScatter",
            "past_cache:T, update:T, write_indices?:int64 -> present_cache:T",
            "T=any")
        .attributes("axis:int=-2, mode:string=linear")
        .shape(SAME);
    family
        .onnx("ReverseSequence", "input:T, sequence_lens:int64 -> Y:T", "T=any")
        .attributes("batch_axis:int=1, time_axis:int=0")
        .shape(SAME);
    family
        .onnx("Trilu", "input:T, k?:int64 -> output:T", "T=any")
        .attributes("upper:int=1")
        .shape(SAME);
  }

  private static void selections(Family family) {
    family
        .onnx("NonZero", "X:any -> Y:int64", "")
        .shape(
            context -> {
              Shape shape = context.shape(0);
              return Shape.of(
                  // A scalar counts as a vector of one.
                  shape == null ? Dimension.UNKNOWN : Dimension.of(Math.max(1, shape.rank())),
                  context.dataDependent(0, 1));
            });
    family
        .onnx("Compress", "input:T, condition:bool -> output:T", "T=any")
        .attributes("axis:int")
        .shape(
            context -> {
              if (!context.node().attributes().has("axis")) {
                return Shape.of(context.dataDependent(0, 0));
              }
              Shape shape = context.shape(0);
              if (shape == null) {
                return null;
              }
              int axis = Axes.normalize(context.node().intAttribute("axis", 0), shape.rank());
              return shape.with(axis, context.dataDependent(0, axis));
            });
    family
        .onnx(
            "Unique", "X:T -> Y:T, indices?:int64, inverse_indices?:int64, counts?:int64", "T=any")
        .attributes("axis:int, sorted:int=1")
        .infer(IndexingOperators::unique);
    family
        .onnx(
            "OneHot",
            "indices:T1, depth:T2, values:T3 -> output:T3",
            "T1=number; T2=number; T3=any")
        .attributes("axis:int=-1")
        .shape(IndexingOperators::oneHot);
  }

  /** Joins inputs {@code first}, {@code first + step}, … along one axis. */
  private static @Nullable Shape concat(InferenceContext context, int first, int step) {
    Shape joined = null;
    SymbolicInteger total = SymbolicInteger.ZERO;
    int axis = 0;
    for (int index = first; index < context.node().inputs().size(); index += step) {
      Shape shape = context.shape(index);
      if (shape == null) {
        total = SymbolicInteger.UNKNOWN;
        continue;
      }
      axis = Axes.normalize(context.node().intAttribute("axis", 0), shape.rank());
      total = total.plus(Axes.length(shape, axis));
      joined = joined == null ? shape : beside(joined, shape, axis);
    }
    return joined == null ? null : joined.with(axis, total.toDimension());
  }

  private static Shape beside(Shape left, Shape right, int joinedAxis) {
    Axes.requireRank(right, left.rank(), "an input joined to " + left);
    Shape result = left;
    for (int axis = 0; axis < left.rank(); axis++) {
      if (axis != joinedAxis) {
        result =
            result.with(
                axis,
                Axes.same(
                    left.get(axis),
                    right.get(axis),
                    "axis " + axis + " of the joined shapes " + left + " and " + right));
      }
    }
    return result;
  }

  private static List<TensorType> split(InferenceContext context) {
    Shape shape = context.shape(0);
    int count = context.node().outputs().size();
    List<TensorType> types = new ArrayList<>();
    if (shape == null) {
      return types;
    }
    int axis = Axes.normalize(context.node().intAttribute("axis", 0), shape.rank());
    for (SymbolicInteger length : splitLengths(context, Axes.length(shape, axis), count)) {
      types.add(new TensorType(null, shape.with(axis, length.toDimension())));
    }
    return types;
  }

  /** Lengths of the parts that a Split node makes of an axis. */
  static List<SymbolicInteger> splitLengths(
      InferenceContext context, SymbolicInteger whole, int count) {
    List<SymbolicInteger> given = context.integers(1);
    if (given != null) {
      SymbolicInteger total = SymbolicInteger.ZERO;
      for (SymbolicInteger length : given) {
        total = total.plus(length);
      }
      if (given.size() != count
          || (total.isConstant() && whole.isConstant() && !total.equals(whole))) {
        throw new InputException(
            "the parts " + given + " do not fit " + count + " outputs and an axis of " + whole);
      }
      return given;
    }
    List<SymbolicInteger> lengths = new ArrayList<>();
    // All parts are equal, the last one may be smaller.
    SymbolicInteger each =
        context.hasInput(1) ? SymbolicInteger.UNKNOWN : whole.ceilDivide(Math.max(1, count));
    for (int index = 0; index < count; index++) {
      lengths.add(index < count - 1 ? each : whole.minus(each.times(count - 1L)));
    }
    SymbolicInteger last = lengths.get(count - 1);
    if (last.isConstant() && last.constant() < 0) {
      throw new InputException("an axis of " + whole + " cannot be split into " + count);
    }
    return lengths;
  }

  private static @Nullable Shape pad(InferenceContext context) {
    Shape shape = context.shape(0);
    List<SymbolicInteger> pads = context.integers(1);
    if (shape == null) {
      return null;
    }
    long[] axes = context.hasInput(3) ? context.knownIntegers(3) : null;
    if (pads == null || (context.hasInput(3) && axes == null)) {
      return Axes.unknown(shape.rank());
    }
    int count = axes == null ? shape.rank() : axes.length;
    if (pads.size() != 2 * count) {
      throw new InputException("the pads " + pads + " do not fit " + count + " axes of " + shape);
    }
    List<SymbolicInteger> lengths = Axes.lengths(shape);
    for (int index = 0; index < count; index++) {
      int axis = axes == null ? index : Axes.normalize(axes[index], shape.rank());
      lengths.set(axis, lengths.get(axis).plus(pads.get(index)).plus(pads.get(index + count)));
    }
    return Axes.shape(lengths);
  }

  private static @Nullable Shape crop(InferenceContext context) {
    Shape shape = context.shape(0);
    List<SymbolicInteger> target = context.integers(1);
    if (shape == null || target == null) {
      return shape == null ? null : Axes.unknown(shape.rank());
    }
    long[] axes = context.node().intsAttributeOrNull("axes");
    if (target.size() != (axes == null ? shape.rank() : axes.length)) {
      throw new InputException("the target " + target + " does not fit " + shape);
    }
    Shape cropped = shape;
    for (int index = 0; index < target.size(); index++) {
      int axis = axes == null ? index : Axes.normalize(axes[index], shape.rank());
      cropped = cropped.with(axis, target.get(index).toDimension());
    }
    return cropped;
  }

  private static @Nullable Shape gather(InferenceContext context) {
    Shape data = context.shape(0);
    Shape indices = context.shape(1);
    if (data == null || indices == null) {
      return null;
    }
    int axis = Axes.normalize(context.node().intAttribute("axis", 0), data.rank());
    List<Dimension> dimensions = new ArrayList<>(data.dimensions().subList(0, axis));
    dimensions.addAll(indices.dimensions());
    dimensions.addAll(data.dimensions().subList(axis + 1, data.rank()));
    return new Shape(dimensions);
  }

  private static @Nullable Shape gatherPoints(InferenceContext context) {
    Shape data = context.shape(0);
    Shape indices = context.shape(1);
    if (data == null || indices == null || indices.rank() == 0 || !indices.get(-1).isKnown()) {
      return null;
    }
    long batch = context.node().intAttribute("batch_dims", 0);
    long used = batch + indices.get(-1).lengthOrMinusOne();
    if (batch < 0 || used > data.rank()) {
      throw new InputException("indices " + indices + " reach beyond the axes of " + data);
    }
    List<Dimension> dimensions =
        new ArrayList<>(indices.dimensions().subList(0, indices.rank() - 1));
    dimensions.addAll(data.dimensions().subList((int) used, data.rank()));
    return new Shape(dimensions);
  }

  private static List<TensorType> unique(InferenceContext context) {
    Dimension count = context.dataDependent(0, 0);
    Shape shape = context.shape(0);
    Shape unique = null;
    Dimension all = Dimension.UNKNOWN;
    if (!context.node().attributes().has("axis")) {
      unique = Shape.of(count);
      all = shape == null ? all : Axes.product(Axes.lengths(shape)).toDimension();
    } else if (shape != null) {
      int axis = Axes.normalize(context.node().intAttribute("axis", 0), shape.rank());
      unique = shape.with(axis, count);
      all = shape.get(axis);
    }
    TensorType counts = new TensorType(DataType.INT64, Shape.of(count));
    return List.of(
        new TensorType(null, unique),
        counts,
        new TensorType(DataType.INT64, Shape.of(all)),
        counts);
  }

  private static @Nullable Shape oneHot(InferenceContext context) {
    Shape indices = context.shape(0);
    if (indices == null) {
      return null;
    }
    List<SymbolicInteger> depth = context.integers(1);
    int axis = Axes.normalize(context.node().intAttribute("axis", -1), indices.rank() + 1);
    List<Dimension> dimensions = new ArrayList<>(indices.dimensions());
    dimensions.add(
        axis, depth == null || depth.isEmpty() ? Dimension.UNKNOWN : depth.get(0).toDimension());
    return new Shape(dimensions);
  }
}
