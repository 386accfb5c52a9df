package io.nncf4j.formats.pytorch.aten;

import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.pytorch.aten.AtenValue.Length;
import java.util.List;
import java.util.Map;

/** Tensors that are made of numbers. */
final class CreationRules {
  private static final long LONGEST_RANGE = 1 << 20;

  private CreationRules() {}

  static void addTo(Map<String, AtenRule> rules) {
    String tail = " dtype layout device pin_memory";
    rules.put("arange", AtenRule.of("end" + tail, CreationRules::range));
    rules.put("arange.start", AtenRule.of("start end" + tail, CreationRules::range));
    rules.put("arange.start_step", AtenRule.of("start end step" + tail, CreationRules::range));
    rules.put("full", AtenRule.of("size fill_value" + tail, call -> filled(call, Double.NaN)));
    rules.put("zeros", AtenRule.of("size" + tail, call -> filled(call, 0)));
    rules.put("ones", AtenRule.of("size" + tail, call -> filled(call, 1)));
    rules.put("full_like", AtenRule.of("self fill_value" + tail, call -> like(call, Double.NaN)));
    rules.put("zeros_like", AtenRule.of("self" + tail, call -> like(call, 0)));
    rules.put("ones_like", AtenRule.of("self" + tail, call -> like(call, 1)));
    rules.put("scalar_tensor", AtenRule.of("s" + tail, CreationRules::scalar));
  }

  private static DataType type(AtenCall call, boolean whole) {
    DataType wanted = call.dataTypeArgument("dtype");
    return wanted != null ? wanted : whole ? DataType.INT64 : DataType.FLOAT32;
  }

  private static void range(AtenCall call) {
    boolean whole =
        List.of("start", "end", "step").stream()
            .noneMatch(each -> call.argument(each) instanceof AtenValue.Real);
    DataType type = type(call, whole);
    boolean open =
        call.argument("start") instanceof Length || call.argument("end") instanceof Length;
    if (open) {
      String start =
          call.has("start") ? call.number(call.argument("start")) : call.scalar(DataType.INT64, 0);
      String all =
          call.emit(
              "Range",
              start,
              call.number(call.argument("end")),
              call.scalar(DataType.INT64, call.whole("step", 1)));
      call.result(call.cast(all, type));
      return;
    }
    double start = call.real("start", 0);
    double step = call.real("step", 1);
    double count = Math.ceil((call.real("end", 0) - start) / step);
    if (!(count <= LONGEST_RANGE)) {
      throw new InexpressibleCallException("it counts to " + count);
    }
    double[] values = new double[(int) Math.max(0, count)];
    for (int index = 0; index < values.length; index++) {
      values[index] = start + index * step;
    }
    call.result(call.constant(Tensor.ofDoubles(type, values, values.length)));
  }

  private static double value(AtenCall call, double value) {
    return Double.isNaN(value) ? call.real("fill_value", 0) : value;
  }

  private static void filled(AtenCall call, double value) {
    boolean whole = Double.isNaN(value) && !(call.argument("fill_value") instanceof AtenValue.Real);
    fill(call, call.sizes(call.many("size")), type(call, whole), value(call, value));
  }

  private static void like(AtenCall call, double value) {
    String self = call.tensor("self");
    DataType wanted = call.dataTypeArgument("dtype");
    fill(
        call,
        call.emit("Shape", self),
        wanted == null ? call.dataType(self) : wanted,
        value(call, value));
  }

  private static void fill(AtenCall call, String shape, DataType type, double value) {
    Tensor one = Tensor.ofDoubles(type, new double[] {value}, 1);
    call.finish("ConstantOfShape", Attributes.of("value", Attribute.of(one)), shape);
  }

  private static void scalar(AtenCall call) {
    boolean whole = !(call.argument("s") instanceof AtenValue.Real);
    call.result(call.scalar(type(call, whole), call.real("s", 0)));
  }
}
