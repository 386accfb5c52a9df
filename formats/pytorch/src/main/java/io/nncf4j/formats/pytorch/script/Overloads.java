package io.nncf4j.formats.pytorch.script;

import io.nncf4j.formats.pytorch.aten.AtenValue;
import io.nncf4j.formats.pytorch.script.ScriptValue.Data;
import io.nncf4j.formats.pytorch.script.ScriptValue.Items;
import java.util.List;

/** Code names operators without their overload, which follows from the arguments. */
final class Overloads {
  private Overloads() {}

  static String of(String operator, List<ScriptValue> arguments) {
    int count = arguments.size();
    return switch (operator) {
      case "max", "min" ->
          count > 1 && isNumber(arguments.get(1)) ? operator + ".dim" : binary(operator, count);
      case "prod" -> count > 2 ? "prod.dim_int" : operator;
      case "arange" -> count >= 7 ? "arange.start_step" : count == 6 ? "arange.start" : operator;
      case "upsample_nearest2d", "upsample_bilinear2d", "upsample_bicubic2d" ->
          arguments.get(count - 1) instanceof Items ? operator + ".vec" : operator;
      case "to" ->
          count > 2 && arguments.get(1).asArgument() instanceof AtenValue.Text
              ? "to.device"
              : "to.dtype";
      default -> operator;
    };
  }

  private static String binary(String operator, int count) {
    return count > 1 ? operator + "imum" : operator;
  }

  private static boolean isNumber(ScriptValue value) {
    return value instanceof Data data && data.value() instanceof AtenValue.Whole;
  }
}
