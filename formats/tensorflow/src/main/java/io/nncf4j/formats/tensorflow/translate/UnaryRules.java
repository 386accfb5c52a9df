package io.nncf4j.formats.tensorflow.translate;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.formats.tensorflow.proto.AttributeValue;
import io.nncf4j.formats.tensorflow.proto.TensorFlowTypes;
import java.util.Map;
import java.util.Set;

/** Functions of one value, element by element: the layout stays what it is. */
final class UnaryRules {
  /** Operators that leave every element where it is. */
  static final Set<String> PASSING =
      Set.of(
          "Identity",
          "StopGradient",
          "PreventGradient",
          "Snapshot",
          "CheckNumerics",
          "PlaceholderWithDefault",
          "ReadVariableOp",
          "EnsureShape");

  private UnaryRules() {}

  static void addTo(Map<String, NodeRule> rules) {
    for (String[] pair :
        new String[][] {
          {"Relu", "Relu"},
          {"Selu", "Selu"},
          {"Elu", "Elu"},
          {"Sigmoid", "Sigmoid"},
          {"Tanh", "Tanh"},
          {"Softplus", "Softplus"},
          {"Softsign", "Softsign"},
          {"Exp", "Exp"},
          {"Log", "Log"},
          {"Sqrt", "Sqrt"},
          {"Abs", "Abs"},
          {"Neg", "Neg"},
          {"Erf", "Erf"},
          {"Ceil", "Ceil"},
          {"Round", "Round"},
          {"Rint", "Round"},
          {"Sign", "Sign"},
          {"Reciprocal", "Reciprocal"},
          {"Inv", "Reciprocal"},
          {"Sin", "Sin"},
          {"Cos", "Cos"},
          {"Tan", "Tan"},
          {"Asin", "Asin"},
          {"Acos", "Acos"},
          {"Atan", "Atan"},
          {"Sinh", "Sinh"},
          {"Cosh", "Cosh"},
          {"Asinh", "Asinh"},
          {"Acosh", "Acosh"},
          {"Atanh", "Atanh"},
          {"LogicalNot", "Not"},
          {"IsNan", "IsNaN"},
          {"IsInf", "IsInf"}
        }) {
      rules.put(pair[0], node -> same(node, pair[1], Attributes.NONE));
    }
    PASSING.forEach(name -> rules.put(name, node -> node.result(node.input(0))));
    rules.put(
        "LeakyRelu",
        node ->
            same(node, "LeakyRelu", Attributes.NONE.with("alpha", node.node.real("alpha", 0.2f))));
    rules.put("Relu6", UnaryRules::clip);
    rules.put("Square", UnaryRules::square);
    rules.put("Rsqrt", UnaryRules::inverseRoot);
    rules.put("Cast", UnaryRules::cast);
    rules.put("Floor", UnaryRules::floor);
    rules.put("Log1p", node -> plusOne(node));
    rules.put("Expm1", UnaryRules::minusOne);
  }

  private static void same(NodeContext node, String type, Attributes attributes) {
    LaidOut input = node.input(0);
    node.result(new LaidOut(node.last(type, attributes, input.value()), input.layout()));
  }

  private static void floor(NodeContext node) {
    if (DropoutMask.keepsAll(node)) {
      node.plainResult(node.scalar(node.dataType(node.input(0).value()), 1));
    } else {
      same(node, "Floor", Attributes.NONE);
    }
  }

  private static void clip(NodeContext node) {
    LaidOut input = node.input(0);
    DataType type = node.dataType(input.value());
    String low = node.scalar(type, 0);
    String value = node.last("Clip", input.value(), low, node.scalar(type, 6));
    node.result(new LaidOut(value, input.layout()));
  }

  private static void square(NodeContext node) {
    LaidOut input = node.input(0);
    node.result(new LaidOut(node.last("Mul", input.value(), input.value()), input.layout()));
  }

  private static void inverseRoot(NodeContext node) {
    LaidOut input = node.input(0);
    String value = node.last("Reciprocal", node.emit("Sqrt", input.value()));
    node.result(new LaidOut(value, input.layout()));
  }

  private static void plusOne(NodeContext node) {
    LaidOut input = node.input(0);
    String one = node.scalar(node.dataType(input.value()), 1);
    node.result(
        new LaidOut(node.last("Log", node.emit("Add", input.value(), one)), input.layout()));
  }

  private static void minusOne(NodeContext node) {
    LaidOut input = node.input(0);
    String one = node.scalar(node.dataType(input.value()), 1);
    node.result(
        new LaidOut(node.last("Sub", node.emit("Exp", input.value()), one), input.layout()));
  }

  private static void cast(NodeContext node) {
    LaidOut input = node.input(0);
    AttributeValue wanted = node.node.attribute("DstT");
    DataType type = TensorFlowTypes.type(wanted == null ? 0 : wanted.type());
    if (node.dataType(input.value()) == type) {
      node.result(input);
      return;
    }
    same(node, "Cast", Attributes.NONE.with("to", (long) type.onnxNumber()));
  }
}
