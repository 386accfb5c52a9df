package io.nncf4j.formats.pytorch.aten;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.formats.pytorch.aten.AtenValue.Length;
import io.nncf4j.formats.pytorch.aten.AtenValue.TensorValue;
import io.nncf4j.formats.pytorch.aten.AtenValue.Whole;
import java.util.Map;

/** Arithmetic, comparisons and logic of two operands, with PyTorch's promotion of types. */
final class ArithmeticRules {
  private ArithmeticRules() {}

  static void addTo(Map<String, AtenRule> rules) {
    String scaled = "self other alpha";
    rules.put("add", AtenRule.of(scaled, call -> scaled(call, "Add", "self", "other")));
    rules.put("sub", AtenRule.of(scaled, call -> scaled(call, "Sub", "self", "other")));
    rules.put("rsub", AtenRule.of(scaled, call -> scaled(call, "Sub", "other", "self")));
    rules.put("mul", binary("Mul"));
    rules.put("div", AtenRule.of("self other rounding_mode", ArithmeticRules::divide));
    rules.put("true_divide", AtenRule.of("self other", ArithmeticRules::divide));
    rules.put("floor_divide", AtenRule.of("self other", ArithmeticRules::floorDivide));
    rules.put("floordiv", AtenRule.of("self other", ArithmeticRules::floorDivide));
    rules.put("remainder", AtenRule.of("self other", ArithmeticRules::remainder));
    rules.put("pow", AtenRule.of("self exponent", ArithmeticRules::power));
    rules.put("maximum", binary("Max"));
    rules.put("minimum", binary("Min"));
    rules.put("eq", binary("Equal"));
    rules.put("lt", binary("Less"));
    rules.put("le", binary("LessOrEqual"));
    rules.put("gt", binary("Greater"));
    rules.put("ge", binary("GreaterOrEqual"));
    rules.put(
        "ne",
        AtenRule.of(
            "self other",
            call -> call.finish("Not", call.emit("Equal", operands(call, "self", "other")))));
    rules.put(
        "where",
        AtenRule.of(
            "condition self other",
            call -> {
              String[] both = operands(call, "self", "other");
              call.finish("Where", call.tensor("condition"), both[0], both[1]);
            }));
    rules.put(
        "masked_fill",
        AtenRule.of(
            "self mask value",
            call -> {
              String[] both = operands(call, "value", "self");
              call.finish("Where", call.tensor("mask"), both[0], both[1]);
            }));
  }

  /** The rest has the sign of the divisor. ONNX has that for integers only. */
  private static void remainder(AtenCall call) {
    if (wholeNumbers(call, "Mod")) {
      return;
    }
    String[] both = operands(call, "self", "other");
    if (call.dataType(both[0]).isInteger()) {
      call.finish("Mod", both);
      return;
    }
    String quotient = call.emit("Floor", call.emit("Div", both));
    call.finish("Sub", both[0], call.emit("Mul", quotient, both[1]));
  }

  private static AtenRule binary(String type) {
    return AtenRule.of(
        "self other",
        call -> {
          if (!wholeNumbers(call, type)) {
            call.finish(type, operands(call, "self", "other"));
          }
        });
  }

  /** Arithmetic of lengths stays arithmetic of lengths. */
  private static boolean wholeNumbers(AtenCall call, String type) {
    AtenValue left = call.argument("self");
    AtenValue right = call.argument("other");
    boolean numbers = isLength(left) && isLength(right);
    if (!numbers) {
      return false;
    }
    if (left instanceof Whole a && right instanceof Whole b) {
      Long known =
          switch (type) {
            case "Add" -> Long.valueOf(a.value() + b.value());
            case "Sub" -> Long.valueOf(a.value() - b.value());
            case "Mul" -> Long.valueOf(a.value() * b.value());
            case "Div" -> b.value() == 0 ? null : Long.valueOf(Math.floorDiv(a.value(), b.value()));
            default -> null;
          };
      if (known != null) {
        call.result(new Whole(known));
        return true;
      }
      return false;
    }
    call.result(new Length(call.emit(type, call.number(left), call.number(right))));
    return true;
  }

  private static boolean isLength(AtenValue value) {
    return value instanceof Whole || value instanceof Length;
  }

  private static void scaled(AtenCall call, String type, String left, String right) {
    double alpha = call.real("alpha", 1);
    if (alpha == 1 && wholeNumbers(call, type)) {
      return;
    }
    String[] both = operands(call, left, right);
    if (alpha != 1) {
      int scaledOne = right.equals("other") ? 1 : 0;
      int other = type.equals("Sub") && left.equals("other") ? 1 : scaledOne;
      both[other] = call.emit("Mul", both[other], call.scalar(call.dataType(both[other]), alpha));
    }
    call.finish(type, both);
  }

  private static void divide(AtenCall call) {
    String mode = call.text("rounding_mode", "");
    if (!mode.isEmpty() && !mode.equals("floor") && !mode.equals("trunc")) {
      throw call.unexpected("rounding_mode", "floor or trunc");
    }
    // Lengths are not negative, so that rounding down and towards zero are the same.
    if (!mode.isEmpty() && wholeNumbers(call, "Div")) {
      return;
    }
    if (mode.equals("floor")) {
      floorDivide(call);
      return;
    }
    String[] both = operands(call, "self", "other");
    if (call.dataType(both[0]).isInteger() && mode.isEmpty()) {
      both[0] = call.cast(both[0], DataType.FLOAT32);
      both[1] = call.cast(both[1], DataType.FLOAT32);
    }
    if (mode.equals("trunc") && !call.dataType(both[0]).isInteger()) {
      String quotient = call.emit("Div", both);
      String whole = call.emit("Floor", call.emit("Abs", quotient));
      call.finish("Mul", call.emit("Sign", quotient), whole);
      return;
    }
    call.finish("Div", both);
  }

  private static void floorDivide(AtenCall call) {
    if (wholeNumbers(call, "Div")) {
      return;
    }
    String[] both = operands(call, "self", "other");
    if (!call.dataType(both[0]).isInteger()) {
      call.finish("Floor", call.emit("Div", both));
      return;
    }
    // ONNX truncates: (a - mod(a, b)) / b, where Mod has the sign of b, rounds down.
    String rest = call.emit("Mod", both);
    call.finish("Div", call.emit("Sub", both[0], rest), both[1]);
  }

  private static void power(AtenCall call) {
    if (call.argument("exponent") instanceof TensorValue) {
      call.finish("Pow", call.tensor("self"), call.tensor("exponent"));
      return;
    }
    String self = call.tensor("self");
    double exponent = call.real("exponent", 1);
    if (exponent == 2) {
      call.finish("Mul", self, self);
    } else if (exponent == 0.5) {
      call.finish("Sqrt", self);
    } else {
      call.finish("Pow", self, call.scalar(call.dataType(self), exponent));
    }
  }

  /** Both operands as tensors of one element type. A number takes the type of the tensor. */
  static String[] operands(AtenCall call, String left, String right) {
    DataType type = promoted(call, call.argument(left), call.argument(right));
    return new String[] {operand(call, left, type), operand(call, right, type)};
  }

  private static String operand(AtenCall call, String parameter, DataType type) {
    AtenValue value = call.argument(parameter);
    if (value instanceof TensorValue tensor) {
      return call.cast(tensor.value(), type);
    }
    if (value instanceof Length length) {
      return call.cast(length.value(), type);
    }
    return call.scalar(type, call.real(parameter, 0));
  }

  private static DataType promoted(AtenCall call, AtenValue left, AtenValue right) {
    DataType a = typeOf(call, left);
    DataType b = typeOf(call, right);
    boolean leftTensor = left instanceof TensorValue;
    boolean rightTensor = right instanceof TensorValue;
    if (leftTensor && rightTensor) {
      return category(a) != category(b)
          ? category(a) > category(b) ? a : b
          : a.bits() >= b.bits() ? a : b;
    }
    DataType tensor = leftTensor ? a : b;
    DataType number = leftTensor ? b : a;
    if (!leftTensor && !rightTensor) {
      return category(a) >= category(b) ? a : b;
    }
    return category(number) > category(tensor) ? number : tensor;
  }

  private static DataType typeOf(AtenCall call, AtenValue value) {
    return value instanceof TensorValue tensor
        ? call.dataType(tensor.value())
        : value instanceof AtenValue.Real
            ? DataType.FLOAT32
            : value instanceof AtenValue.Flag ? DataType.BOOL : DataType.INT64;
  }

  private static int category(DataType type) {
    return type.isFloatingPoint() ? 2 : type.isInteger() ? 1 : 0;
  }

  static Attributes axis(long axis) {
    return Attributes.NONE.with("axis", axis);
  }
}
