package io.nncf4j.formats.openvino.write;

import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.openvino.ir.IrTypes;
import java.util.Map;

/** Arithmetic, comparisons, logic and conversions, element by element. */
final class ArithmeticNodes {
  private ArithmeticNodes() {}

  static void addTo(Map<String, NodeRule> rules) {
    for (String same :
        new String[] {
          "Abs", "Acos", "Asin", "Atan", "Cos", "Cosh", "Erf", "Exp", "Floor", "Log", "Sign", "Sin",
          "Sinh", "Sqrt", "Tan", "Tanh", "Sigmoid"
        }) {
      unary(rules, same, same, 1);
    }
    unary(rules, "Acosh", "Acosh", 3);
    unary(rules, "Asinh", "Asinh", 3);
    unary(rules, "Atanh", "Atanh", 3);
    unary(rules, "Ceil", "Ceiling", 1);
    unary(rules, "Neg", "Negative", 1);
    unary(rules, "Not", "LogicalNot", 1);
    unary(rules, "BitwiseNot", "BitwiseNot", 13);
    unary(rules, "IsNaN", "IsNaN", 10);
    rules.put(
        "Round", node -> node.finish("Round", 5, Map.of("mode", "half_to_even"), node.input(0)));
    rules.put("Identity", node -> node.bind(0, node.input(0)));
    rules.put("Dropout", ArithmeticNodes::dropout);
    rules.put("Constant", ArithmeticNodes::constant);
    for (String same : new String[] {"Add", "Equal", "Greater", "Less"}) {
      binary(rules, same, same, 1);
    }
    binary(rules, "Sub", "Subtract", 1);
    binary(rules, "Mul", "Multiply", 1);
    binary(rules, "GreaterOrEqual", "GreaterEqual", 1);
    binary(rules, "LessOrEqual", "LessEqual", 1);
    binary(rules, "And", "LogicalAnd", 1);
    binary(rules, "Or", "LogicalOr", 1);
    binary(rules, "Xor", "LogicalXor", 1);
    binary(rules, "BitwiseAnd", "BitwiseAnd", 13);
    binary(rules, "BitwiseOr", "BitwiseOr", 13);
    binary(rules, "BitwiseXor", "BitwiseXor", 13);
    rules.put("Div", ArithmeticNodes::divide);
    rules.put("Pow", ArithmeticNodes::power);
    rules.put("Mod", ArithmeticNodes::modulo);
    rules.put("Max", node -> chain(node, "Maximum"));
    rules.put("Min", node -> chain(node, "Minimum"));
    rules.put("Sum", node -> chain(node, "Add"));
    rules.put("Mean", ArithmeticNodes::mean);
    rules.put(
        "Where",
        node -> node.finish("Select", 1, Map.of("auto_broadcast", "numpy"), node.inputs()));
    rules.put("Reciprocal", ArithmeticNodes::reciprocal);
    rules.put("Clip", ArithmeticNodes::clip);
    rules.put("Cast", ArithmeticNodes::cast);
    rules.put("CastLike", node -> node.finish("ConvertLike", 1, Map.of(), node.inputs()));
    rules.put("IsInf", ArithmeticNodes::isInfinite);
  }

  private static void unary(Map<String, NodeRule> rules, String from, String to, int opset) {
    rules.put(from, node -> node.finish(to, opset, Map.of(), node.input(0)));
  }

  private static void binary(Map<String, NodeRule> rules, String from, String to, int opset) {
    rules.put(
        from,
        node ->
            node.finish(
                to, opset, Map.of("auto_broadcast", "numpy"), node.input(0), node.input(1)));
  }

  private static void dropout(NodeContext node) {
    if (node.isWanted(1)) {
      throw new InexpressibleNodeException("its mask is read");
    }
    Tensor training = node.constantOrNull(2);
    if (node.hasInput(2) && (training == null || training.longAt(0) != 0)) {
      throw new InexpressibleNodeException("it drops while running");
    }
    node.bind(0, node.input(0));
  }

  private static void constant(NodeContext node) {
    Tensor value = node.node().tensorAttribute("value");
    if (value == null) {
      throw new InexpressibleNodeException("it holds no dense tensor");
    }
    node.bind(0, node.graph().stored(node.node().output(0), value));
  }

  /** ONNX truncates, as C does. */
  private static void divide(NodeContext node) {
    node.finish(
        "Divide",
        1,
        node.dataType(0).isInteger()
            ? Map.of("auto_broadcast", "numpy", "m_pythondiv", "false")
            : Map.of("auto_broadcast", "numpy"),
        node.input(0),
        node.input(1));
  }

  private static void power(NodeContext node) {
    node.finishBinary("Power", node.input(0), node.convert(node.input(1), node.dataType(0)));
  }

  private static void modulo(NodeContext node) {
    boolean truncates = node.node().intAttribute("fmod", 0) != 0;
    node.finishBinary(truncates ? "Mod" : "FloorMod", node.input(0), node.input(1));
  }

  private static Out folded(NodeContext node, String type) {
    Out value = node.input(0);
    TensorType output = node.outputType(0);
    int count = node.node().inputs().size();
    for (int index = 1; index < count; index++) {
      TensorType between = index == count - 1 ? output : new TensorType(output.dataType(), null);
      value = node.binary(type, value, node.input(index), between);
    }
    return value;
  }

  private static void chain(NodeContext node, String type) {
    node.bind(0, folded(node, type));
  }

  private static void mean(NodeContext node) {
    Out sum = folded(node, "Add");
    int count = node.node().inputs().size();
    node.finishBinary("Divide", sum, node.scalar(sum.dataType(), count));
  }

  private static void reciprocal(NodeContext node) {
    node.finishBinary("Divide", node.scalar(node.dataType(0), 1), node.input(0));
  }

  private static void clip(NodeContext node) {
    Tensor low = node.constantOrNull(1);
    Tensor high = node.constantOrNull(2);
    boolean known = low != null && high != null && low.size() == 1 && high.size() == 1;
    if (known && low != null && high != null && node.dataType(0).isFloatingPoint()) {
      node.finish(
          "Clamp",
          1,
          Map.of("min", number(low.doubleAt(0)), "max", number(high.doubleAt(0))),
          node.input(0));
      return;
    }
    Out value = node.input(0);
    TensorType type = node.outputType(0);
    if (node.hasInput(1)) {
      value = node.binary("Maximum", value, node.input(1), type);
    }
    if (node.hasInput(2)) {
      value = node.binary("Minimum", value, node.input(2), type);
    }
    node.bind(0, value);
  }

  /** The shortest text that gives the same number again. */
  static String number(double value) {
    float single = (float) value;
    return single == value ? Float.toString(single) : Double.toString(value);
  }

  private static void cast(NodeContext node) {
    DataType to = DataType.ofOnnxNumber(node.node().intAttribute("to", 0));
    String name = to == null ? "" : IrTypes.attribute(to);
    DataType from = node.dataType(0);
    if (name.isEmpty() || to == DataType.STRING || from == DataType.STRING) {
      throw new InexpressibleNodeException("OpenVINO has no conversion between its types");
    }
    node.finish("Convert", 1, Map.of("destination_type", name), node.input(0));
  }

  private static void isInfinite(NodeContext node) {
    node.finish(
        "IsInf",
        10,
        Map.of(
            "detect_negative",
                NodeContext.flag(node.node().intAttribute("detect_negative", 1) != 0),
            "detect_positive",
                NodeContext.flag(node.node().intAttribute("detect_positive", 1) != 0)),
        node.input(0));
  }
}
