package io.nncf4j.formats.pytorch.aten;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Operators on quantised tensors: the same on reals, with QuantizeLinear and DequantizeLinear
 * behind them. A bias stays real; PyTorch's kernels round it to 32 bits.
 */
final class QuantizedRules {
  private static final String GRID = " output_scale output_zero_point";

  private QuantizedRules() {}

  static void addTo(Map<String, AtenRule> rules) {
    rules.put(
        "quantize_per_tensor",
        AtenRule.of(
            "self scale zero_point dtype",
            call ->
                finish(
                    call,
                    call.tensor("self"),
                    "scale",
                    "zero_point",
                    call.dataTypeArgument("dtype"))));
    rules.put("dequantize", AtenRule.of("self", call -> call.result(call.tensor("self"))));
    for (boolean relu : new boolean[] {false, true}) {
      String ending = relu ? "_relu" : "";
      rules.put(
          "quantized:conv2d" + ending,
          AtenRule.of("x packed" + GRID, call -> convolve(call, relu)));
      rules.put(
          "quantized:linear" + ending,
          AtenRule.of("x packed" + GRID, call -> multiply(call, relu)));
      rules.put(
          "quantized:add" + ending,
          AtenRule.of("x y scale zero_point", call -> combine(call, "Add", relu)));
      rules.put(
          "quantized:mul" + ending,
          AtenRule.of("x y scale zero_point", call -> combine(call, "Mul", relu)));
      rules.put(
          "quantized:cat" + ending,
          AtenRule.of("tensors dim scale zero_point", call -> join(call, relu)));
    }
  }

  private static void finish(
      AtenCall call,
      String real,
      String scale,
      String zero,
      @org.jspecify.annotations.Nullable DataType type) {
    DataType integers = type == null ? DataType.UINT8 : type;
    String step = call.scalar(DataType.FLOAT32, call.real(scale, 1));
    String offset = call.scalar(integers, call.whole(zero, 0));
    call.quantized(real, step, offset);
  }

  private static List<AtenValue> packed(AtenCall call) {
    if (call.argument("packed") instanceof AtenValue.Other other && other.parts().size() > 1) {
      return other.parts();
    }
    throw call.unexpected("packed", "weights of a quantised layer");
  }

  private static List<String> operands(AtenCall call, List<AtenValue> parts) {
    List<String> read = new ArrayList<>(List.of(call.tensor("x")));
    for (AtenValue part : parts.subList(1, parts.size())) {
      if (part instanceof AtenValue.TensorValue tensor) {
        read.add(tensor.value());
      }
    }
    return read;
  }

  private static String rectified(AtenCall call, String value, boolean relu) {
    return relu ? call.emit("Relu", value) : value;
  }

  private static void convolve(AtenCall call, boolean relu) {
    List<AtenValue> parts = packed(call);
    if (!(parts.get(0) instanceof AtenValue.Many many) || many.items().size() != 11) {
      throw call.unexpected("packed", "settings of a convolution of two axes");
    }
    long[] settings =
        many.items().stream()
            .mapToLong(item -> item instanceof AtenValue.Whole whole ? whole.value() : 0)
            .toArray();
    if (settings[0] != 2 || settings[10] != 0) {
      throw new InexpressibleCallException("it is transposed or not of two axes");
    }
    Attributes attributes =
        Attributes.NONE
            .with("strides", Arrays.copyOfRange(settings, 1, 3))
            .with("pads", ConvolutionRules.twice(Arrays.copyOfRange(settings, 3, 5)))
            .with("dilations", Arrays.copyOfRange(settings, 5, 7))
            .with("group", settings[9]);
    String value = call.emitAll("Conv", attributes, 1, operands(call, parts)).get(0);
    finish(call, rectified(call, value, relu), "output_scale", "output_zero_point", null);
  }

  private static void multiply(AtenCall call, boolean relu) {
    List<String> read = operands(call, packed(call));
    String value = call.emitAll("Gemm", Attributes.NONE.with("transB", 1L), 1, read).get(0);
    finish(call, rectified(call, value, relu), "output_scale", "output_zero_point", null);
  }

  private static void combine(AtenCall call, String type, boolean relu) {
    String value = call.emit(type, call.tensor("x"), call.tensor("y"));
    finish(call, rectified(call, value, relu), "scale", "zero_point", null);
  }

  private static void join(AtenCall call, boolean relu) {
    Attributes attributes = Attributes.NONE.with("axis", call.whole("dim", 0));
    String value = call.emitAll("Concat", attributes, 1, call.tensors("tensors")).get(0);
    finish(call, rectified(call, value, relu), "scale", "zero_point", null);
  }
}
