package io.nncf4j.formats.pytorch.aten;

import io.nncf4j.core.tensor.DataType;
import java.util.Map;

/**
 * Logic of truth values and of bits. The operators of ONNX take one kind of element each; PyTorch's
 * take truth values, integers and, where logic is meant, reals: what is not zero is true.
 */
final class LogicRules {
  private LogicRules() {}

  static void addTo(Map<String, AtenRule> rules) {
    for (String type : new String[] {"And", "Or", "Xor"}) {
      String name = type.toLowerCase(java.util.Locale.ROOT);
      rules.put("logical_" + name, AtenRule.of("self other", call -> logical(call, type)));
      rules.put("bitwise_" + name, AtenRule.of("self other", call -> bits(call, type)));
    }
    rules.put(
        "logical_not",
        AtenRule.of(
            "self", call -> call.finish("Not", call.cast(call.tensor("self"), DataType.BOOL))));
    rules.put(
        "bitwise_not",
        AtenRule.of(
            "self",
            call -> call.finish(operator(call, "Not", call.tensor("self")), call.tensor("self"))));
  }

  private static void logical(AtenCall call, String type) {
    call.finish(
        type,
        call.cast(call.tensor("self"), DataType.BOOL),
        call.cast(call.tensor("other"), DataType.BOOL));
  }

  private static void bits(AtenCall call, String type) {
    String[] both = ArithmeticRules.operands(call, "self", "other");
    call.finish(operator(call, type, both[0]), both);
  }

  private static String operator(AtenCall call, String type, String value) {
    DataType elements = call.dataType(value);
    if (elements == DataType.BOOL) {
      return type;
    }
    if (!elements.isInteger()) {
      throw new InexpressibleCallException("it takes bits of " + elements);
    }
    return "Bitwise" + type;
  }
}
