package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.DataType;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/** Arithmetic, comparisons and logic, element by element. */
final class ElementwiseRules {
  private ElementwiseRules() {}

  static void addTo(Map<String, LayerRule> rules) {
    for (String same :
        new String[] {
          "Abs", "Acos", "Acosh", "Add", "Asin", "Asinh", "Atan", "Atanh", "Cos", "Cosh", "Equal",
          "Erf", "Exp", "Floor", "Greater", "Less", "Log", "Sign", "Sin", "Sinh", "Sqrt", "Tan",
          "Tanh", "Sigmoid", "BitwiseAnd", "BitwiseOr", "BitwiseXor", "BitwiseNot"
        }) {
      rules.put(same, layer -> simple(layer, same));
    }
    rename(rules, "TanH", "Tanh");
    rename(rules, "Ceiling", "Ceil");
    rename(rules, "Negative", "Neg");
    rename(rules, "Subtract", "Sub");
    rename(rules, "Multiply", "Mul");
    rename(rules, "Maximum", "Max");
    rename(rules, "Minimum", "Min");
    rename(rules, "Power", "Pow");
    rename(rules, "GreaterEqual", "GreaterOrEqual");
    rename(rules, "LessEqual", "LessOrEqual");
    rename(rules, "LogicalAnd", "And");
    rename(rules, "LogicalOr", "Or");
    rename(rules, "LogicalXor", "Xor");
    rename(rules, "LogicalNot", "Not");
    rename(rules, "Select", "Where");
    rename(rules, "IsNaN", "IsNaN");
    rules.put("Divide", ElementwiseRules::divide);
    rules.put("NotEqual", ElementwiseRules::notEqual);
    rules.put("Mod", layer -> modulo(layer, true));
    rules.put("FloorMod", ElementwiseRules::floorMod);
    rules.put("SquaredDifference", ElementwiseRules::squaredDifference);
    rules.put("Round", ElementwiseRules::round);
    rules.put("Clamp", ElementwiseRules::clamp);
    rules.put("IsInf", ElementwiseRules::isInfinite);
    rules.put("IsFinite", ElementwiseRules::isFinite);
  }

  private static void rename(Map<String, LayerRule> rules, String from, String to) {
    rules.put(from, layer -> simple(layer, to));
  }

  private static void simple(LayerContext layer, String type) {
    String broadcast = layer.data.word("auto_broadcast", "numpy");
    if (broadcast.equals("pdpd")) {
      throw new InexpressibleLayerException("it broadcasts as PaddlePaddle does");
    }
    layer.finish(type, Attributes.NONE, layer.inputs());
  }

  /** Integers are divided towards minus infinity ({@code m_pythondiv}), ONNX truncates. */
  private static void divide(LayerContext layer) {
    DataType type = layer.dataType(0);
    if (!type.isInteger() || !type.isSigned() || !layer.data.flag("m_pythondiv", true)) {
      simple(layer, "Div");
      return;
    }
    String remainder = layer.emit("Mod", layer.input(0), layer.input(1));
    String even = layer.emit("Sub", layer.input(0), remainder);
    layer.finish("Div", Attributes.NONE, even, layer.input(1));
  }

  private static void notEqual(LayerContext layer) {
    String equal = layer.emit("Equal", layer.input(0), layer.input(1));
    layer.finish("Not", Attributes.NONE, equal);
  }

  private static void modulo(LayerContext layer, boolean truncated) {
    layer.finish(
        "Mod", Attributes.NONE.with("fmod", truncated ? 1L : 0L), layer.input(0), layer.input(1));
  }

  private static void floorMod(LayerContext layer) {
    if (layer.dataType(0).isInteger()) {
      modulo(layer, false);
      return;
    }
    String quotient = layer.emit("Div", layer.input(0), layer.input(1));
    String whole = layer.emit("Floor", quotient);
    String product = layer.emit("Mul", whole, layer.input(1));
    layer.finish("Sub", Attributes.NONE, layer.input(0), product);
  }

  private static void squaredDifference(LayerContext layer) {
    String difference = layer.emit("Sub", layer.input(0), layer.input(1));
    layer.finish("Mul", Attributes.NONE, difference, difference);
  }

  private static void round(LayerContext layer) {
    if (layer.data.word("mode", "half_to_even").equals("half_to_even")) {
      simple(layer, "Round");
      return;
    }
    String magnitude = layer.emit("Abs", layer.input(0));
    String raised = layer.emit("Add", magnitude, layer.scalarLike(0, 0.5));
    String whole = layer.emit("Floor", raised);
    layer.finish("Mul", Attributes.NONE, whole, layer.emit("Sign", layer.input(0)));
  }

  private static void clamp(LayerContext layer) {
    boolean whole = layer.dataType(0).isInteger();
    String low = bound(layer, "min", whole ? Math::ceil : value -> value);
    String high = bound(layer, "max", whole ? Math::floor : value -> value);
    layer.finish("Clip", Attributes.NONE, layer.input(0), low, high);
  }

  /** Bounds of integers are whole numbers within those that the file gives. */
  private static String bound(LayerContext layer, String name, DoubleUnaryOperator rounding) {
    layer.data.text(name);
    return layer.scalarLike(0, rounding.applyAsDouble(layer.data.number(name, 0)));
  }

  private static void isInfinite(LayerContext layer) {
    layer.finish(
        "IsInf",
        Attributes.NONE
            .with("detect_negative", layer.data.flag("detect_negative", true) ? 1L : 0L)
            .with("detect_positive", layer.data.flag("detect_positive", true) ? 1L : 0L),
        layer.input(0));
  }

  private static void isFinite(LayerContext layer) {
    String either =
        layer.emit("Or", layer.emit("IsInf", layer.input(0)), layer.emit("IsNaN", layer.input(0)));
    layer.finish("Not", Attributes.NONE, either);
  }
}
