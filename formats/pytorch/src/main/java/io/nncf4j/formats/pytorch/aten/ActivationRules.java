package io.nncf4j.formats.pytorch.aten;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.DataType;
import java.util.Map;

/** Activations and other functions of one tensor, element by element. */
final class ActivationRules {
  private ActivationRules() {}

  static void addTo(Map<String, AtenRule> rules) {
    for (String[] pair :
        new String[][] {
          {"relu", "Relu"},
          {"sigmoid", "Sigmoid"},
          {"tanh", "Tanh"},
          {"exp", "Exp"},
          {"log", "Log"},
          {"sqrt", "Sqrt"},
          {"abs", "Abs"},
          {"neg", "Neg"},
          {"erf", "Erf"},
          {"sin", "Sin"},
          {"cos", "Cos"},
          {"tan", "Tan"},
          {"floor", "Floor"},
          {"ceil", "Ceil"},
          {"round", "Round"},
          {"sign", "Sign"},
          {"reciprocal", "Reciprocal"},
          {"mish", "Mish"},
          {"isnan", "IsNaN"},
          {"isinf", "IsInf"}
        }) {
      rules.put(pair[0], unary(pair[1]));
    }
    rules.put("hardswish", unary("HardSwish"));
    rules.put(
        "hardsigmoid",
        AtenRule.of(
            "self",
            call ->
                call.finish(
                    "HardSigmoid",
                    Attributes.NONE.with("alpha", 1f / 6).with("beta", 0.5f),
                    call.tensor("self"))));
    rules.put("relu6", AtenRule.of("self", call -> clip(call, 0.0, 6.0)));
    rules.put(
        "hardtanh",
        AtenRule.of(
            "self min_val max_val",
            call -> clip(call, call.real("min_val", -1), call.real("max_val", 1))));
    AtenRule clamp =
        AtenRule.of(
            "self min max",
            call ->
                clip(
                    call,
                    call.has("min") ? call.real("min", 0) : Double.NaN,
                    call.has("max") ? call.real("max", 0) : Double.NaN));
    rules.put("clamp", clamp);
    rules.put("clip", clamp);
    rules.put("clamp_min", clamp);
    rules.put(
        "clamp_max", AtenRule.of("self max", call -> clip(call, Double.NaN, call.real("max", 0))));
    rules.put("leaky_relu", AtenRule.of("self negative_slope", ActivationRules::leaky));
    rules.put("elu", AtenRule.of("self alpha scale input_scale", ActivationRules::elu));
    rules.put("selu", unary("Selu"));
    rules.put("softplus", AtenRule.of("self beta threshold", ActivationRules::softplus));
    rules.put("softsign", unary("Softsign"));
    rules.put("silu", AtenRule.of("self", ActivationRules::silu));
    rules.put("gelu", AtenRule.of("self approximate", ActivationRules::gelu));
    rules.put("prelu", AtenRule.of("self weight", ActivationRules::prelu));
    rules.put("_prelu_kernel", AtenRule.of("self weight", ActivationRules::prelu));
    rules.put(
        "rsqrt",
        AtenRule.of(
            "self", call -> call.finish("Reciprocal", call.emit("Sqrt", call.tensor("self")))));
    rules.put(
        "square",
        AtenRule.of("self", call -> call.finish("Mul", call.tensor("self"), call.tensor("self"))));
    rules.put("softmax", AtenRule.of("self dim dtype", call -> softmax(call, "Softmax")));
    rules.put("_softmax", AtenRule.of("self dim half_to_float", call -> softmax(call, "Softmax")));
    rules.put("log_softmax", AtenRule.of("self dim dtype", call -> softmax(call, "LogSoftmax")));
    rules.put(
        "_log_softmax", AtenRule.of("self dim half_to_float", call -> softmax(call, "LogSoftmax")));
  }

  private static AtenRule unary(String type) {
    return AtenRule.of("self", call -> call.finish(type, call.tensor("self")));
  }

  /** Not a number where there is no limit. */
  private static void clip(AtenCall call, double minimum, double maximum) {
    String input = call.tensor("self");
    DataType type = call.dataType(input);
    if (minimum == 0 && Double.isNaN(maximum)) {
      call.finish("Relu", input);
      return;
    }
    String low = Double.isNaN(minimum) ? "" : call.scalar(type, minimum);
    if (Double.isNaN(maximum)) {
      call.finish("Clip", input, low);
    } else {
      call.finish("Clip", input, low, call.scalar(type, maximum));
    }
  }

  private static void leaky(AtenCall call) {
    float slope = (float) call.real("negative_slope", 0.01);
    call.finish("LeakyRelu", Attributes.NONE.with("alpha", slope), call.tensor("self"));
  }

  private static void elu(AtenCall call) {
    if (call.real("scale", 1) != 1 || call.real("input_scale", 1) != 1) {
      throw new InexpressibleCallException("it scales its input or output");
    }
    float alpha = (float) call.real("alpha", 1);
    call.finish("Elu", Attributes.NONE.with("alpha", alpha), call.tensor("self"));
  }

  private static void softplus(AtenCall call) {
    if (call.real("beta", 1) != 1) {
      throw new InexpressibleCallException("its beta is " + call.real("beta", 1));
    }
    // Above the threshold PyTorch gives the input itself, which is the same within float32 only
    // for high ones.
    if (call.real("threshold", 20) < 15) {
      throw new InexpressibleCallException("its threshold is " + call.real("threshold", 20));
    }
    call.finish("Softplus", call.tensor("self"));
  }

  private static void silu(AtenCall call) {
    String input = call.tensor("self");
    call.finish("Mul", input, call.emit("Sigmoid", input));
  }

  private static void gelu(AtenCall call) {
    String approximate = call.text("approximate", "none");
    if (!approximate.equals("none") && !approximate.equals("tanh")) {
      throw call.unexpected("approximate", "none or tanh");
    }
    call.finish("Gelu", Attributes.NONE.with("approximate", approximate), call.tensor("self"));
  }

  private static void prelu(AtenCall call) {
    String input = call.tensor("self");
    String slope = call.tensor("weight");
    int rank = call.rank(input);
    if (call.length(slope, 0) > 1 && call.rank(slope) == 1 && rank > 2) {
      long[] shape = new long[rank - 1];
      java.util.Arrays.fill(shape, 1);
      shape[0] = call.length(slope, 0);
      slope = call.emit("Reshape", slope, call.ints(shape));
    }
    call.finish("PRelu", input, slope);
  }

  private static void softmax(AtenCall call, String type) {
    String input = call.tensor("self");
    long axis = call.whole("dim", -1);
    Shape shape = call.type(input).shape();
    if (call.flag("half_to_float", false)) {
      input = call.cast(input, DataType.FLOAT32);
    }
    DataType wanted =
        call.argument("dtype") instanceof AtenValue.Whole ? call.dataTypeArgument("dtype") : null;
    if (wanted != null) {
      input = call.cast(input, wanted);
    }
    long counted = shape == null ? axis : AtenCall.axis(axis, shape.rank());
    call.finish(type, Attributes.NONE.with("axis", counted), input);
  }
}
