package io.nncf4j.core.operator;

import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.ValueType;
import io.nncf4j.core.symbolic.SymbolicInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Sequences of tensors and optional values. */
final class SequenceOperators {
  private SequenceOperators() {}

  static List<OperatorSchema> schemas() {
    Family family = new Family("Sequence and optional");
    family
        .onnx("SequenceEmpty", " -> output:any", "")
        .attributes("dtype:int")
        .infer(
            context -> {
              long code = context.node().intAttribute("dtype", 1);
              return List.of(
                  new ValueType.SequenceType(new TensorType(OnnxTypes.ofCode(code), null)));
            });
    family
        .onnx("SequenceConstruct", "inputs...:any -> output_sequence:any", "")
        .infer(
            context -> {
              ValueType common = context.inputType(0);
              for (int index = 1; index < context.node().inputs().size(); index++) {
                common = TypeMerge.common(common, context.inputType(index));
              }
              return List.of(new ValueType.SequenceType(common));
            });
    family
        .onnx("SequenceAt", "input_sequence:any, position:index -> tensor:any", "")
        .infer(context -> one(element(context.inputType(0))));
    family
        .onnx(
            "SequenceInsert",
            "input_sequence:any, tensor:any, position?:index -> output_sequence:any",
            "")
        .infer(SequenceOperators::inserted);
    family
        .onnx("SequenceErase", "input_sequence:any, position?:index -> output_sequence:any", "")
        .infer(context -> one(context.inputType(0)));
    family
        .onnx("SequenceLength", "input_sequence:any -> length:int64", "")
        .shape(context -> Shape.SCALAR);
    family
        .onnx("SplitToSequence", "input:any, split?:index -> output_sequence:any", "")
        .attributes("axis:int=0, keepdims:int=1")
        .infer(SequenceOperators::parts);
    family
        .onnx("ConcatFromSequence", "input_sequence:any -> concat_result:any", "")
        .attributes("axis:int!, new_axis:int=0")
        .infer(SequenceOperators::joined);
    family
        .onnx(
            "SequenceMap",
            "input_sequence:any, additional_inputs...?:any -> out_sequence...:any",
            "")
        .attributes("body:graph!")
        .infer(SequenceOperators::mapped);
    optionals(family);
    return family.schemas();
  }

  private static void optionals(Family family) {
    family
        .onnx("Optional", "input?:any -> output:any", "")
        .attributes("type:type")
        .infer(
            context ->
                List.of(
                    new ValueType.OptionalType(
                        context.node().attributes().get("type")
                                instanceof Attribute.TypeAttribute type
                            ? type.value()
                            : context.inputType(0))));
    family
        .onnx("OptionalHasElement", "input?:any -> output:bool", "")
        .shape(context -> Shape.SCALAR);
    family
        .onnx("OptionalGetElement", "input:any -> output:any", "")
        .infer(
            context -> {
              ValueType type = context.inputType(0);
              return one(
                  type instanceof ValueType.OptionalType optional ? optional.element() : type);
            });
  }

  private static List<ValueType> one(@Nullable ValueType type) {
    return type == null ? List.of() : List.of(type);
  }

  private static @Nullable ValueType element(@Nullable ValueType type) {
    return type instanceof ValueType.SequenceType sequence ? sequence.element() : null;
  }

  private static List<ValueType> inserted(InferenceContext context) {
    ValueType inserted = context.inputType(1);
    // An empty sequence knows its element type only.
    boolean empty =
        element(context.inputType(0)) instanceof TensorType tensor && tensor.shape() == null;
    return List.of(
        new ValueType.SequenceType(
            empty && inserted instanceof TensorType tensor
                ? tensor.withShape(
                    tensor.shape() == null ? null : Axes.unknown(tensor.shape().rank()))
                : TypeMerge.common(element(context.inputType(0)), inserted)));
  }

  private static List<ValueType> parts(InferenceContext context) {
    TensorType input = context.input(0);
    Shape shape = input.shape();
    if (shape != null) {
      int axis = Axes.normalize(context.node().intAttribute("axis", 0), shape.rank());
      if (context.hasInput(1)) {
        shape = shape.with(axis, partLength(context, shape.get(axis)));
      } else if (context.node().intAttribute("keepdims", 1) != 0) {
        shape = shape.with(axis, Dimension.of(1));
      } else {
        shape = ReductionOperators.without(shape, Set.of(axis), false);
      }
    }
    return List.of(new ValueType.SequenceType(input.withShape(shape)));
  }

  /** The length that all parts have, unknown when they differ. */
  private static Dimension partLength(InferenceContext context, Dimension whole) {
    List<SymbolicInteger> split = context.integers(1);
    if (split == null || split.isEmpty()) {
      return Dimension.UNKNOWN;
    }
    IntegerContent content = context.content(1);
    boolean single = content != null && content.shape().isEmpty();
    SymbolicInteger first = split.get(0);
    if (single) {
      boolean divides =
          whole.isKnown()
              && first.isConstant()
              && first.constant() > 0
              && whole.lengthOrMinusOne() % first.constant() == 0;
      return divides ? first.toDimension() : Dimension.UNKNOWN;
    }
    return split.stream().allMatch(first::equals) ? first.toDimension() : Dimension.UNKNOWN;
  }

  private static List<ValueType> joined(InferenceContext context) {
    if (!(element(context.inputType(0)) instanceof TensorType tensor)) {
      return List.of();
    }
    Shape shape = tensor.shape();
    if (shape == null) {
      return List.of(tensor);
    }
    boolean stack = context.node().intAttribute("new_axis", 0) != 0;
    int axis =
        Axes.normalize(
            context.node().intAttribute("axis", 0), stack ? shape.rank() + 1 : shape.rank());
    List<Dimension> dimensions = new ArrayList<>(shape.dimensions());
    if (stack) {
      dimensions.add(axis, context.dataDependent(0, axis));
    } else {
      dimensions.set(axis, context.dataDependent(0, axis));
    }
    return List.of(tensor.withShape(new Shape(dimensions)));
  }

  private static List<ValueType> mapped(InferenceContext context) {
    Graph body = context.node().graphAttribute("body");
    List<@Nullable ValueType> inputs = new ArrayList<>();
    for (int index = 0; index < context.node().inputs().size(); index++) {
      ValueType type = context.inputType(index);
      inputs.add(type instanceof ValueType.SequenceType sequence ? sequence.element() : type);
    }
    List<ValueType> outputs = new ArrayList<>();
    for (ValueType type : context.inferBody(body, inputs)) {
      // Shapes that depend on one element's data need not be the same for all.
      outputs.add(
          new ValueType.SequenceType(
              type instanceof TensorType tensor ? withoutSymbols(tensor) : type));
    }
    return outputs;
  }

  private static TensorType withoutSymbols(TensorType tensor) {
    Shape shape = tensor.shape();
    return shape == null
        ? tensor
        : tensor.withShape(
            new Shape(
                shape.dimensions().stream()
                    .map(
                        dimension ->
                            dimension.toString().indexOf('#') < 0 ? dimension : Dimension.UNKNOWN)
                    .toList()));
  }
}
