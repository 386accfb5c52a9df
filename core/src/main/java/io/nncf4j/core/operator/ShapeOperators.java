package io.nncf4j.core.operator;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.ValueType;
import io.nncf4j.core.symbolic.SymbolicInteger;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Shapes as values, views of the same elements under other shapes, and constants. */
final class ShapeOperators {
  private ShapeOperators() {}

  static List<OperatorSchema> schemas() {
    Family family = new Family("Shape");
    family
        .onnx("Shape", "data:any -> shape:int64", "")
        .attributes("start:int=0, end:int")
        .shape(ShapeOperators::shape);
    family.onnx("Size", "data:any -> size:int64", "").shape(context -> Shape.SCALAR);
    family
        .onnx("Reshape", "data:T, shape:int64 -> reshaped:T", "T=any")
        .attributes("allowzero:int=0")
        .shape(ShapeOperators::reshape);
    family
        .onnx("Flatten", "input:T -> output:T", "T=any")
        .attributes("axis:int=1")
        .shape(ShapeOperators::flatten);
    family
        .onnx("Squeeze", "data:T, axes?:int64 -> squeezed:T", "T=any")
        .shape(ShapeOperators::squeeze);
    family
        .onnx("Unsqueeze", "data:T, axes:int64 -> expanded:T", "T=any")
        .shape(ShapeOperators::unsqueeze);
    family
        .onnx("Transpose", "data:T -> transposed:T", "T=any")
        .attributes("perm:ints")
        .shape(ShapeOperators::transpose);
    family
        .onnx("Expand", "input:T, shape:int64 -> output:T", "T=any")
        .shape(context -> Broadcasting.of(context.shape(0), Targets.shape(context, 1)));
    family.onnx("Tile", "input:T, repeats:int64 -> output:T", "T=any").shape(ShapeOperators::tile);
    family
        .onnx("Identity", "input:V -> output:V", "V=any")
        .infer(
            context -> {
              ValueType type = context.inputType(0);
              return type == null ? List.of() : List.of(type);
            });
    constants(family);
    return family.schemas();
  }

  private static void constants(Family family) {
    family
        .onnx("Constant", " -> output:any", "")
        .attributes(
            "value:tensor, value_float:float, value_floats:floats, value_int:int,"
                + " value_ints:ints, value_string:string, value_strings:strings,"
                + " sparse_value:opaque")
        .infer(ShapeOperators::constant);
    family
        .onnx("ConstantOfShape", "input:int64 -> output:any", "")
        .attributes("value:tensor")
        .infer(
            context -> {
              Tensor value = context.node().tensorAttribute("value");
              if (value != null && value.size() != 1) {
                throw new InputException("attribute value should hold one element, found " + value);
              }
              DataType type = value == null ? DataType.FLOAT32 : value.dataType();
              return List.of(new TensorType(type, Targets.shape(context, 0)));
            });
    family
        .onnx(
            "Range",
            "start:T, limit:T, delta:T -> output:T",
            "T=float32|float64|int16|int32|int64|float16|bfloat16")
        .shape(ShapeOperators::range);
    family
        .onnx("EyeLike", "input:any -> output:any", "")
        .attributes("dtype:int, k:int=0")
        .infer(
            context -> {
              long code = context.node().intAttribute("dtype", 0);
              Axes.requireRank(context.shape(0), 2, "the input");
              DataType type = code == 0 ? context.input(0).dataType() : OnnxTypes.ofCode(code);
              return List.of(new TensorType(type, context.shape(0)));
            });
  }

  private static Shape shape(InferenceContext context) {
    Shape shape = context.shape(0);
    if (shape == null) {
      return Shape.of(Dimension.UNKNOWN);
    }
    int[] range = shapeRange(context, shape.rank());
    return Shape.of(range[1] - range[0]);
  }

  /** First and last axis that a Shape node hands out. */
  static int[] shapeRange(InferenceContext context, int rank) {
    int start = clamp(context.node().intAttribute("start", 0), rank);
    int end = clamp(context.node().intAttribute("end", Integer.MAX_VALUE), rank);
    return new int[] {start, Math.max(start, end)};
  }

  private static int clamp(long axis, int rank) {
    return (int) Math.max(0, Math.min(rank, axis < 0 ? axis + rank : axis));
  }

  private static @Nullable Shape reshape(InferenceContext context) {
    List<SymbolicInteger> target = context.integers(1);
    if (target == null) {
      return Targets.ofCount(context, 1);
    }
    Shape input = context.shape(0);
    boolean copyZero = context.node().intAttribute("allowzero", 0) == 0;
    List<SymbolicInteger> lengths = new ArrayList<>();
    int open = -1;
    for (int axis = 0; axis < target.size(); axis++) {
      SymbolicInteger length = target.get(axis);
      if (length.is(-1)) {
        if (open >= 0) {
          throw new InputException("the target " + target + " leaves two dimensions open");
        }
        open = axis;
      } else if (length.is(0) && copyZero) {
        length = copied(input, axis, target);
      } else if (length.isConstant() && length.constant() < 0) {
        throw new InputException("the target " + target + " holds a negative length");
      }
      lengths.add(length);
    }
    settle(input, lengths, open);
    return Axes.shape(lengths);
  }

  private static SymbolicInteger copied(
      @Nullable Shape input, int axis, List<SymbolicInteger> target) {
    if (input == null) {
      return SymbolicInteger.UNKNOWN;
    }
    if (axis >= input.rank()) {
      throw new InputException(
          "the target " + target + " copies axis " + axis + ", which " + input + " does not have");
    }
    return Axes.length(input, axis);
  }

  /**
   * Finds the open dimension, or the single one of unknown length, from the number of elements, and
   * checks the number when it is known.
   */
  private static void settle(@Nullable Shape input, List<SymbolicInteger> lengths, int open) {
    int unknown = open;
    for (int axis = 0; axis < lengths.size() && open < 0; axis++) {
      if (lengths.get(axis).isUnknown()) {
        if (unknown >= 0) {
          return;
        }
        unknown = axis;
      }
    }
    List<SymbolicInteger> before = input == null ? null : Axes.lengths(input);
    if (unknown >= 0) {
      lengths.set(unknown, SymbolicInteger.UNKNOWN);
      if (before != null) {
        lengths.set(unknown, remaining(before, lengths, unknown, input));
      }
    } else if (before != null) {
      SymbolicInteger elements = Axes.product(before);
      SymbolicInteger wanted = Axes.product(lengths);
      if (elements.isConstant() && wanted.isConstant() && !elements.equals(wanted)) {
        throw new InputException(
            "a tensor of shape " + input + " cannot be reshaped to " + lengths);
      }
    }
  }

  private static SymbolicInteger remaining(
      List<SymbolicInteger> before, List<SymbolicInteger> after, int open, @Nullable Shape input) {
    List<SymbolicInteger> numerator = new ArrayList<>(before);
    List<SymbolicInteger> denominator = new ArrayList<>();
    for (int axis = 0; axis < after.size(); axis++) {
      // Dimensions that stand on both sides cancel, even unknown products of them would.
      if (axis != open && (after.get(axis).isUnknown() || !numerator.remove(after.get(axis)))) {
        denominator.add(after.get(axis));
      }
    }
    SymbolicInteger elements = Axes.product(numerator);
    SymbolicInteger divisor = Axes.product(denominator);
    if (divisor.is(0)) {
      return SymbolicInteger.UNKNOWN;
    }
    if (elements.isConstant()
        && divisor.isConstant()
        && elements.constant() % divisor.constant() != 0) {
      throw new InputException(
          "a tensor of shape "
              + input
              + " cannot be reshaped: "
              + elements
              + " elements do not divide by "
              + divisor);
    }
    return elements.divideExactly(divisor);
  }

  private static Shape flatten(InferenceContext context) {
    Shape shape = context.shape(0);
    if (shape == null) {
      return Axes.unknown(2);
    }
    long axis = context.node().intAttribute("axis", 1);
    int split = axis == shape.rank() ? shape.rank() : Axes.normalize(axis, shape.rank());
    List<SymbolicInteger> lengths = Axes.lengths(shape);
    return Axes.shape(
        List.of(
            Axes.product(lengths.subList(0, split)),
            Axes.product(lengths.subList(split, lengths.size()))));
  }

  private static @Nullable Shape squeeze(InferenceContext context) {
    Shape shape = context.shape(0);
    if (shape == null) {
      return null;
    }
    Set<Integer> axes = new TreeSet<>();
    if (context.hasInput(1)) {
      long[] given = context.knownIntegers(1);
      if (given == null) {
        Dimension count = Targets.count(context, 1);
        long left = shape.rank() - count.lengthOrMinusOne();
        return count.isKnown() && left >= 0 ? Axes.unknown((int) left) : null;
      }
      axes = Axes.normalize(given, shape.rank());
    } else {
      for (int axis = 0; axis < shape.rank(); axis++) {
        if (!shape.get(axis).isKnown()) {
          return null;
        }
        if (shape.get(axis).lengthOrMinusOne() == 1) {
          axes.add(axis);
        }
      }
    }
    for (int axis : axes) {
      if (shape.get(axis).isKnown() && shape.get(axis).lengthOrMinusOne() != 1) {
        throw new InputException("axis " + axis + " of " + shape + " is not of length 1");
      }
    }
    return ReductionOperators.without(shape, axes, false);
  }

  private static @Nullable Shape unsqueeze(InferenceContext context) {
    Shape shape = context.shape(0);
    long[] given = context.knownIntegers(1);
    if (shape == null || given == null) {
      Dimension count = Targets.count(context, 1);
      return shape != null && count.isKnown()
          ? Axes.unknown((int) Math.min(1 << 20, shape.rank() + count.lengthOrMinusOne()))
          : null;
    }
    int rank = shape.rank() + given.length;
    Set<Integer> axes = Axes.normalize(given, rank);
    List<Dimension> dimensions = new ArrayList<>();
    int next = 0;
    for (int axis = 0; axis < rank; axis++) {
      dimensions.add(axes.contains(axis) ? Dimension.of(1) : shape.get(next++));
    }
    return new Shape(dimensions);
  }

  private static @Nullable Shape transpose(InferenceContext context) {
    Shape shape = context.shape(0);
    long[] order = context.node().intsAttributeOrNull("perm");
    if (shape == null) {
      return order == null ? null : Axes.unknown(order.length);
    }
    List<Dimension> dimensions = new ArrayList<>(shape.dimensions());
    if (order == null) {
      Collections.reverse(dimensions);
      return new Shape(dimensions);
    }
    if (order.length != shape.rank()
        || Axes.normalize(order, shape.rank()).size() != shape.rank()) {
      throw new InputException(
          "attribute perm " + Arrays.toString(order) + " does not fit " + shape);
    }
    for (int axis = 0; axis < order.length; axis++) {
      dimensions.set(axis, shape.get(Axes.normalize(order[axis], shape.rank())));
    }
    return new Shape(dimensions);
  }

  private static @Nullable Shape tile(InferenceContext context) {
    Shape shape = context.shape(0);
    List<SymbolicInteger> repeats = context.integers(1);
    if (shape == null) {
      return Targets.ofCount(context, 1);
    }
    if (repeats == null) {
      return Axes.unknown(shape.rank());
    }
    if (repeats.size() != shape.rank()) {
      throw new InputException("the repeats " + repeats + " do not fit " + shape);
    }
    List<SymbolicInteger> lengths = Axes.lengths(shape);
    for (int axis = 0; axis < lengths.size(); axis++) {
      lengths.set(axis, lengths.get(axis).times(repeats.get(axis)));
    }
    return Axes.shape(lengths);
  }

  private static List<? extends ValueType> constant(InferenceContext context) {
    var attributes = context.node().attributes();
    Attribute value = attributes.get("value");
    if (value instanceof Attribute.TensorAttribute tensor) {
      return List.of(TensorType.of(tensor.value()));
    }
    for (Attribute attribute : attributes.asMap().values()) {
      TensorType type = constant(attribute);
      if (type != null) {
        return List.of(type);
      }
    }
    return List.of();
  }

  private static @Nullable TensorType constant(Attribute attribute) {
    if (attribute instanceof Attribute.FloatAttribute) {
      return TensorType.of(DataType.FLOAT32);
    }
    if (attribute instanceof Attribute.IntAttribute) {
      return TensorType.of(DataType.INT64);
    }
    if (attribute instanceof Attribute.StringAttribute) {
      return TensorType.of(DataType.STRING);
    }
    if (attribute instanceof Attribute.FloatsAttribute floats) {
      return TensorType.of(DataType.FLOAT32, floats.values().size());
    }
    if (attribute instanceof Attribute.IntsAttribute ints) {
      return TensorType.of(DataType.INT64, ints.values().size());
    }
    return attribute instanceof Attribute.StringsAttribute strings
        ? TensorType.of(DataType.STRING, strings.values().size())
        : null;
  }

  /** {@code max(0, ceil((limit - start) / delta))}. */
  private static Shape range(InferenceContext context) {
    Tensor start = context.constant(0);
    Tensor limit = context.constant(1);
    Tensor delta = context.constant(2);
    if (start != null && limit != null && delta != null) {
      double step = single(delta);
      if (step == 0) {
        throw new InputException("the step of a range is 0");
      }
      double length = Math.ceil((single(limit) - single(start)) / step);
      return Shape.of((long) Math.max(0, length));
    }
    SymbolicInteger step = single(context.integers(2));
    SymbolicInteger length =
        step.lowerBound() > 0
            ? single(context.integers(1)).minus(single(context.integers(0))).ceilDivide(step)
            : SymbolicInteger.UNKNOWN;
    if (!length.isUnknown()) {
      return Axes.shape(List.of(SymbolicInteger.maximum(length, SymbolicInteger.ZERO)));
    }
    return Shape.of(context.dataDependent(0, 0));
  }

  private static SymbolicInteger single(@Nullable List<SymbolicInteger> values) {
    return values == null || values.size() != 1 ? SymbolicInteger.UNKNOWN : values.get(0);
  }

  private static double single(Tensor tensor) {
    if (tensor.size() != 1) {
      throw new InputException("start, limit and delta should be one number, found " + tensor);
    }
    return tensor.doubleAt(0);
  }
}
