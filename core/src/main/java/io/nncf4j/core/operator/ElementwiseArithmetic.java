package io.nncf4j.core.operator;

import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.ValueType;
import io.nncf4j.core.symbolic.SymbolicInteger;
import io.nncf4j.core.tensor.DataType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Elementwise operators on integers that are partly known, with broadcasting. */
final class ElementwiseArithmetic {
  private ElementwiseArithmetic() {}

  static @Nullable IntegerContent evaluate(
      InferenceContext context, String type, @Nullable ValueType output) {
    return switch (type) {
      case "Neg", "Abs", "Not" -> map(context, output, 1, values -> unary(type, values.get(0)));
      case "Where" -> map(context, output, 3, ElementwiseArithmetic::where);
      case "Max", "Min", "Sum" ->
          map(context, output, context.node().inputs().size(), values -> fold(type, values));
      case "Add",
          "Sub",
          "Mul",
          "Div",
          "Mod",
          "Equal",
          "Less",
          "LessOrEqual",
          "Greater",
          "GreaterOrEqual",
          "And",
          "Or" -> {
        boolean whole = isInteger(context.inputType(0));
        boolean modulus = context.node().intAttribute("fmod", 0) == 0;
        yield map(
            context,
            output,
            2,
            values -> binary(type, values.get(0), values.get(1), whole, modulus));
      }
      default -> null;
    };
  }

  static @Nullable IntegerContent expand(InferenceContext context, @Nullable ValueType output) {
    return map(context, output, 1, values -> values.get(0));
  }

  private static boolean isInteger(@Nullable ValueType type) {
    DataType dataType = type instanceof TensorType tensor ? tensor.dataType() : null;
    return dataType != null && dataType.isInteger();
  }

  static int count(List<Long> shape) {
    long count = 1;
    for (long length : shape) {
      count *= length;
    }
    return (int) count;
  }

  private interface Operation {
    SymbolicInteger apply(List<SymbolicInteger> operands);
  }

  private static @Nullable IntegerContent map(
      InferenceContext context, @Nullable ValueType output, int operands, Operation operation) {
    List<Long> shape = ShapeArithmetic.smallShape(output);
    List<IntegerContent> contents = new ArrayList<>();
    for (int index = 0; index < operands; index++) {
      IntegerContent content = context.content(index);
      if (content == null || shape == null || !broadcasts(content.shape(), shape)) {
        return null;
      }
      contents.add(content);
    }
    if (shape == null) {
      return null;
    }
    List<SymbolicInteger> elements = new ArrayList<>();
    int count = count(shape);
    for (int index = 0; index < count; index++) {
      List<SymbolicInteger> values = new ArrayList<>(operands);
      for (IntegerContent content : contents) {
        values.add(content.elements().get(broadcastIndex(index, shape, content.shape())));
      }
      elements.add(operation.apply(values));
    }
    return new IntegerContent(shape, elements);
  }

  private static boolean broadcasts(List<Long> from, List<Long> to) {
    boolean fits = from.size() <= to.size();
    for (int back = 1; fits && back <= from.size(); back++) {
      long length = from.get(from.size() - back);
      fits = length == 1 || length == to.get(to.size() - back);
    }
    return fits;
  }

  /** Where element {@code index} of the broadcast tensor comes from. */
  private static int broadcastIndex(int index, List<Long> shape, List<Long> from) {
    int rest = index;
    int source = 0;
    int stride = 1;
    for (int axis = shape.size() - 1, own = from.size() - 1; own >= 0; axis--, own--) {
      int length = (int) (long) shape.get(axis);
      int ownLength = (int) (long) from.get(own);
      source += ownLength == 1 ? 0 : rest % length * stride;
      stride *= ownLength;
      rest /= length;
    }
    return source;
  }

  private static SymbolicInteger unary(String type, SymbolicInteger value) {
    return switch (type) {
      case "Neg" -> value.times(-1);
      case "Not" -> value.isConstant() ? truth(value.is(0)) : SymbolicInteger.UNKNOWN;
      default ->
          value.lowerBound() >= 0
              ? value
              : value.upperBound() <= 0 ? value.times(-1) : SymbolicInteger.UNKNOWN;
    };
  }

  private static SymbolicInteger where(List<SymbolicInteger> values) {
    SymbolicInteger condition = values.get(0);
    if (condition.isConstant()) {
      return values.get(condition.is(0) ? 2 : 1);
    }
    return !values.get(1).isUnknown() && values.get(1).equals(values.get(2))
        ? values.get(1)
        : SymbolicInteger.UNKNOWN;
  }

  private static SymbolicInteger fold(String type, List<SymbolicInteger> values) {
    SymbolicInteger total = values.get(0);
    for (SymbolicInteger value : values.subList(1, values.size())) {
      total =
          switch (type) {
            case "Max" -> SymbolicInteger.maximum(total, value);
            case "Min" -> SymbolicInteger.minimum(total, value);
            default -> total.plus(value);
          };
    }
    return total;
  }

  private static SymbolicInteger binary(
      String type, SymbolicInteger left, SymbolicInteger right, boolean whole, boolean modulus) {
    return switch (type) {
      case "Add" -> left.plus(right);
      case "Sub" -> left.minus(right);
      case "Mul" -> left.times(right);
      case "Div" -> divide(left, right, whole);
      case "Mod" -> modulus ? modulo(left, right) : SymbolicInteger.UNKNOWN;
      case "Equal" -> equal(left, right);
      case "Less" -> less(left, right);
      case "LessOrEqual" -> not(less(right, left));
      case "Greater" -> less(right, left);
      case "GreaterOrEqual" -> not(less(left, right));
      case "And" ->
          left.is(0) || right.is(0)
              ? SymbolicInteger.ZERO
              : left.is(1) && right.is(1) ? SymbolicInteger.ONE : SymbolicInteger.UNKNOWN;
      default ->
          left.is(1) || right.is(1)
              ? SymbolicInteger.ONE
              : left.is(0) && right.is(0) ? SymbolicInteger.ZERO : SymbolicInteger.UNKNOWN;
    };
  }

  /** Integers divide towards zero; floats stay followed only when nothing remains. */
  private static SymbolicInteger divide(
      SymbolicInteger left, SymbolicInteger right, boolean whole) {
    if (left.isConstant() && right.isConstant()) {
      long divisor = right.constant();
      boolean exact = divisor != 0 && left.constant() % divisor == 0;
      return divisor == 0 || (!whole && !exact)
          ? SymbolicInteger.UNKNOWN
          : SymbolicInteger.of(left.constant() / divisor);
    }
    if (right.is(0)) {
      return SymbolicInteger.UNKNOWN;
    }
    if (whole) {
      return left.lowerBound() >= 0 && right.lowerBound() >= 0
          ? left.floorDivide(right)
          : SymbolicInteger.UNKNOWN;
    }
    SymbolicInteger quotient = left.floorDivide(right);
    return quotient.times(right).equals(left) ? quotient : SymbolicInteger.UNKNOWN;
  }

  private static SymbolicInteger modulo(SymbolicInteger left, SymbolicInteger right) {
    return right.isConstant() && right.constant() > 0
        ? left.minus(left.floorDivide(right).times(right))
        : SymbolicInteger.UNKNOWN;
  }

  private static SymbolicInteger equal(SymbolicInteger left, SymbolicInteger right) {
    SymbolicInteger difference = left.minus(right);
    if (difference.isConstant()) {
      return truth(difference.is(0));
    }
    return difference.lowerBound() > 0 || difference.upperBound() < 0
        ? SymbolicInteger.ZERO
        : SymbolicInteger.UNKNOWN;
  }

  private static SymbolicInteger less(SymbolicInteger left, SymbolicInteger right) {
    SymbolicInteger difference = left.minus(right);
    return difference.upperBound() < 0
        ? SymbolicInteger.ONE
        : difference.lowerBound() >= 0 ? SymbolicInteger.ZERO : SymbolicInteger.UNKNOWN;
  }

  private static SymbolicInteger not(SymbolicInteger truth) {
    return truth.isConstant() ? truth(truth.is(0)) : SymbolicInteger.UNKNOWN;
  }

  private static SymbolicInteger truth(boolean value) {
    return value ? SymbolicInteger.ONE : SymbolicInteger.ZERO;
  }
}
