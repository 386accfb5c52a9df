package io.nncf4j.core.operator;

import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.ValueType;
import io.nncf4j.core.symbolic.SymbolicInteger;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Follows small integer tensors through the operators that models use to compute shapes. Casts to
 * float and back are followed while values stay whole numbers.
 */
final class ShapeArithmetic {
  private ShapeArithmetic() {}

  /**
   * Contents of the node's outputs; null or missing where not small or not followed.
   *
   * @param output type of the first output
   */
  static List<? extends @Nullable IntegerContent> evaluate(
      InferenceContext context, @Nullable ValueType output) {
    if (!context.node().operator().isOnnx()) {
      return List.of();
    }
    if (context.node().type().equals("Split")) {
      return parts(context);
    }
    IntegerContent content = evaluate(context, context.node().type(), output);
    return content == null ? List.of() : List.of(content);
  }

  private static @Nullable IntegerContent evaluate(
      InferenceContext context, String type, @Nullable ValueType output) {
    return switch (type) {
      case "Shape" -> shape(context);
      case "Size" -> size(context);
      case "Constant" -> constant(context);
      case "Identity", "Floor", "Ceil", "Round" -> context.content(0);
      case "Cast", "CastLike" -> cast(context.content(0), output);
      case "Reshape", "Flatten", "Squeeze", "Unsqueeze" -> reshaped(context, output);
      case "Gather" -> gathered(context);
      case "Concat" -> joined(context);
      case "Slice" -> TensorArithmetic.slice(context);
      case "Transpose" -> TensorArithmetic.transpose(context, output);
      case "Range" -> range(context);
      case "ConstantOfShape" -> filled(context);
      case "Expand" -> ElementwiseArithmetic.expand(context, output);
      case "ReduceProd", "ReduceSum", "ReduceMax", "ReduceMin" -> reduced(context, type, output);
      default -> ElementwiseArithmetic.evaluate(context, type, output);
    };
  }

  private static @Nullable IntegerContent shape(InferenceContext context) {
    Shape shape = context.shape(0);
    if (shape == null) {
      return null;
    }
    int[] range = ShapeOperators.shapeRange(context, shape.rank());
    return IntegerContent.vector(Axes.lengths(shape).subList(range[0], range[1]));
  }

  private static @Nullable IntegerContent size(InferenceContext context) {
    Shape shape = context.shape(0);
    return shape == null ? null : IntegerContent.scalar(Axes.product(Axes.lengths(shape)));
  }

  private static @Nullable IntegerContent constant(InferenceContext context) {
    Attribute ints = context.node().attributes().get("value_ints");
    if (ints instanceof Attribute.IntsAttribute values
        && values.values().size() <= IntegerContent.MAXIMUM_ELEMENTS) {
      return IntegerContent.vector(values.values().stream().map(SymbolicInteger::of).toList());
    }
    Attribute single = context.node().attributes().get("value_int");
    if (single instanceof Attribute.IntAttribute value) {
      return IntegerContent.scalar(SymbolicInteger.of(value.value()));
    }
    Tensor tensor = context.node().tensorAttribute("value");
    return tensor == null ? null : IntegerContent.of(tensor);
  }

  /** A value that is no whole number is not known here in the first place. */
  private static @Nullable IntegerContent cast(
      @Nullable IntegerContent content, @Nullable ValueType output) {
    DataType type = GraphInference.dataType(output);
    if (content == null || type == null) {
      return null;
    }
    if (type == DataType.BOOL) {
      return new IntegerContent(
          content.shape(), content.elements().stream().map(ShapeArithmetic::truth).toList());
    }
    // Narrower types may wrap or round.
    return type == DataType.INT64
            || type == DataType.INT32
            || type == DataType.FLOAT32
            || type == DataType.FLOAT64
        ? content
        : null;
  }

  private static SymbolicInteger truth(SymbolicInteger value) {
    if (value.isConstant()) {
      return value.is(0) ? SymbolicInteger.ZERO : SymbolicInteger.ONE;
    }
    return value.lowerBound() > 0 ? SymbolicInteger.ONE : SymbolicInteger.UNKNOWN;
  }

  private static @Nullable IntegerContent reshaped(
      InferenceContext context, @Nullable ValueType output) {
    IntegerContent content = context.content(0);
    List<Long> shape = smallShape(output);
    return content == null
            || shape == null
            || ElementwiseArithmetic.count(shape) != content.elements().size()
        ? null
        : content.withShape(shape);
  }

  /** Lengths of a static output of few elements, or null. */
  static @Nullable List<Long> smallShape(@Nullable ValueType output) {
    Shape shape = output instanceof io.nncf4j.core.graph.TensorType tensor ? tensor.shape() : null;
    long elements = Costs.elements(shape);
    return shape == null || elements < 0 || elements > IntegerContent.MAXIMUM_ELEMENTS
        ? null
        : Arrays.stream(shape.toArray()).boxed().toList();
  }

  private static @Nullable IntegerContent gathered(InferenceContext context) {
    IntegerContent data = context.content(0);
    IntegerContent indices = context.content(1);
    if (data == null
        || indices == null
        || data.shape().size() != 1
        || context.node().intAttribute("axis", 0) > 0) {
      return null;
    }
    List<SymbolicInteger> gathered = new ArrayList<>();
    for (SymbolicInteger index : indices.elements()) {
      long position = index.isConstant() ? index.constant() : Long.MIN_VALUE;
      position = position < 0 ? position + data.elements().size() : position;
      boolean inside = position >= 0 && position < data.elements().size();
      gathered.add(inside ? data.elements().get((int) position) : SymbolicInteger.UNKNOWN);
    }
    return new IntegerContent(indices.shape(), gathered);
  }

  private static @Nullable IntegerContent joined(InferenceContext context) {
    List<SymbolicInteger> joined = new ArrayList<>();
    for (int index = 0; index < context.node().inputs().size(); index++) {
      IntegerContent part = context.content(index);
      if (part != null && part.shape().size() == 1) {
        joined.addAll(part.elements());
      } else {
        // A vector of known length but unknown content keeps the others in their places.
        Shape shape = context.shape(index);
        if (shape == null
            || shape.rank() != 1
            || !shape.get(0).isKnown()
            || shape.get(0).lengthOrMinusOne() > IntegerContent.MAXIMUM_ELEMENTS) {
          return null;
        }
        joined.addAll(
            Collections.nCopies((int) shape.get(0).lengthOrMinusOne(), SymbolicInteger.UNKNOWN));
      }
      if (joined.size() > IntegerContent.MAXIMUM_ELEMENTS) {
        return null;
      }
    }
    return IntegerContent.vector(joined);
  }

  private static List<IntegerContent> parts(InferenceContext context) {
    IntegerContent data = context.content(0);
    if (data == null || data.shape().size() != 1) {
      return List.of();
    }
    int count = context.node().outputs().size();
    List<IntegerContent> parts = new ArrayList<>();
    int from = 0;
    for (SymbolicInteger length :
        IndexingOperators.splitLengths(
            context, SymbolicInteger.of(data.elements().size()), count)) {
      long left = data.elements().size() - from;
      if (!length.isConstant() || length.constant() < 0 || length.constant() > left) {
        return parts;
      }
      int to = from + (int) length.constant();
      parts.add(IntegerContent.vector(data.elements().subList(from, to)));
      from = to;
    }
    return parts;
  }

  private static @Nullable IntegerContent range(InferenceContext context) {
    long[] start = context.knownIntegers(0);
    long[] limit = context.knownIntegers(1);
    long[] delta = context.knownIntegers(2);
    if (start == null || limit == null || delta == null) {
      return null;
    }
    boolean single = start.length == 1 && limit.length == 1 && delta.length == 1;
    if (!single || delta[0] == 0) {
      return null;
    }
    List<SymbolicInteger> values = new ArrayList<>();
    for (long value = start[0];
        delta[0] > 0 ? value < limit[0] : value > limit[0];
        value += delta[0]) {
      values.add(SymbolicInteger.of(value));
      if (values.size() > IntegerContent.MAXIMUM_ELEMENTS) {
        return null;
      }
    }
    return IntegerContent.vector(values);
  }

  private static @Nullable IntegerContent filled(InferenceContext context) {
    long[] shape = context.knownIntegers(0);
    long count = shape == null ? -1 : Costs.product(shape);
    Tensor value = context.node().tensorAttribute("value");
    IntegerContent content = value == null ? null : IntegerContent.of(value);
    if (shape == null
        || count < 0
        || count > IntegerContent.MAXIMUM_ELEMENTS
        || (content == null ? value != null : content.elements().size() != 1)) {
      return null;
    }
    SymbolicInteger element = content == null ? SymbolicInteger.ZERO : content.elements().get(0);
    return new IntegerContent(
        Arrays.stream(shape).boxed().toList(), Collections.nCopies((int) count, element));
  }

  /** Reductions of a whole vector. */
  private static @Nullable IntegerContent reduced(
      InferenceContext context, String type, @Nullable ValueType output) {
    IntegerContent data = context.content(0);
    List<Long> shape = smallShape(output);
    if (data == null || data.elements().isEmpty() || shape == null) {
      return null;
    }
    if (ElementwiseArithmetic.count(shape) != 1) {
      return null;
    }
    SymbolicInteger total = data.elements().get(0);
    for (SymbolicInteger element : data.elements().subList(1, data.elements().size())) {
      total =
          switch (type) {
            case "ReduceProd" -> total.times(element);
            case "ReduceSum" -> total.plus(element);
            case "ReduceMax" -> SymbolicInteger.maximum(total, element);
            default -> SymbolicInteger.minimum(total, element);
          };
    }
    return new IntegerContent(shape, List.of(total));
  }
}
