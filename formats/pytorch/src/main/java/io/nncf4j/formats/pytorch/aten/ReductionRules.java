package io.nncf4j.formats.pytorch.aten;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.DataType;
import java.util.List;
import java.util.Map;

/** Sums, means, extremes. */
final class ReductionRules {
  private ReductionRules() {}

  static void addTo(Map<String, AtenRule> rules) {
    reduction(rules, "mean", "ReduceMean");
    reduction(rules, "sum", "ReduceSum");
    reduction(rules, "amax", "ReduceMax");
    reduction(rules, "amin", "ReduceMin");
    reduction(rules, "logsumexp", "ReduceLogSumExp");
    rules.put(
        "prod.dim_int", AtenRule.of("self dim keepdim dtype", call -> reduce(call, "ReduceProd")));
    rules.put("any", AtenRule.of("self dim keepdim", call -> logical(call, "ReduceMax")));
    rules.put("all", AtenRule.of("self dim keepdim", call -> logical(call, "ReduceMin")));
    rules.put("argmax", AtenRule.of("self dim keepdim", call -> place(call, "ArgMax")));
    rules.put("argmin", AtenRule.of("self dim keepdim", call -> place(call, "ArgMin")));
    rules.put(
        "max.dim", AtenRule.of("self dim keepdim", call -> withPlace(call, "ReduceMax", "ArgMax")));
    rules.put(
        "min.dim", AtenRule.of("self dim keepdim", call -> withPlace(call, "ReduceMin", "ArgMin")));
    rules.put("cumsum", AtenRule.of("self dim dtype", ReductionRules::running));
    rules.put(
        "linalg_vector_norm", AtenRule.of("self ord dim keepdim dtype", ReductionRules::norm));
  }

  private static void reduction(Map<String, AtenRule> rules, String name, String type) {
    rules.put(name, AtenRule.of("self dim keepdim dtype", call -> reduce(call, type)));
  }

  private static Attributes keeping(AtenCall call) {
    return Attributes.NONE.with("keepdims", call.whole("keepdim", 0));
  }

  private static void reduce(AtenCall call, String type) {
    String self = call.tensor("self");
    DataType wanted = call.dataTypeArgument("dtype");
    if (wanted != null) {
      self = call.cast(self, wanted);
    }
    if (!call.has("dim") || call.many("dim").isEmpty()) {
      call.finish(type, keeping(call), self);
    } else {
      call.finish(type, keeping(call), self, call.ints(call.wholes("dim")));
    }
  }

  private static void logical(AtenCall call, String type) {
    String numbers = call.cast(call.cast(call.tensor("self"), DataType.BOOL), DataType.INT32);
    String found =
        call.has("dim")
            ? call.emit(type, keeping(call), numbers, call.ints(call.wholes("dim")))
            : call.emit(type, Attributes.NONE.with("keepdims", 0L), numbers);
    call.result(call.cast(found, DataType.BOOL));
  }

  private static void place(AtenCall call, String type) {
    String self = call.tensor("self");
    if (!call.has("dim")) {
      self = call.emit("Reshape", self, call.ints(-1));
    }
    call.finish(type, keeping(call).with("axis", call.whole("dim", 0)), self);
  }

  private static void withPlace(AtenCall call, String value, String place) {
    String self = call.tensor("self");
    String found = call.emit(value, keeping(call), self, call.ints(call.whole("dim", 0)));
    call.result(found, call.emit(place, keeping(call).with("axis", call.whole("dim", 0)), self));
  }

  private static void running(AtenCall call) {
    String self = call.tensor("self");
    DataType wanted = call.dataTypeArgument("dtype");
    DataType found = call.dataType(self);
    if (wanted != null) {
      self = call.cast(self, wanted);
    } else if (!found.isFloatingPoint()) {
      // PyTorch counts integers and truth values in 64 bits.
      self = call.cast(self, DataType.INT64);
    }
    call.finish(
        "CumSum",
        Attributes.NONE,
        List.of(self, call.scalar(DataType.INT64, call.whole("dim", 0))));
  }

  private static void norm(AtenCall call) {
    double order = call.real("ord", 2);
    if (order != 1 && order != 2) {
      throw new InexpressibleCallException("its order is " + order);
    }
    reduce(call, order == 1 ? "ReduceL1" : "ReduceL2");
  }
}
