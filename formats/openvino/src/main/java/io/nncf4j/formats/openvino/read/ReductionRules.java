package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** Reductions, sums along an axis, and choosing the largest. */
final class ReductionRules {
  private ReductionRules() {}

  static void addTo(Map<String, LayerRule> rules) {
    for (String same :
        List.of(
            "ReduceMax",
            "ReduceMin",
            "ReduceMean",
            "ReduceSum",
            "ReduceProd",
            "ReduceL1",
            "ReduceL2")) {
      rules.put(same, layer -> reduce(layer, same));
    }
    rules.put("ReduceLogicalAnd", layer -> logical(layer, "ReduceMin"));
    rules.put("ReduceLogicalOr", layer -> logical(layer, "ReduceMax"));
    rules.put("CumSum", ReductionRules::cumulativeSum);
    rules.put("TopK", ReductionRules::topK);
  }

  /** Axes as a vector; a scalar is one axis. */
  private static String axes(LayerContext layer, int index) {
    Tensor known = layer.constantOrNull(index);
    if (known != null) {
      return layer.ints(known.toLongs());
    }
    String axes = layer.input(index);
    return layer.dataType(index) == DataType.INT64
        ? axes
        : layer.emit("Cast", Attributes.NONE.with("to", (long) DataType.INT64.onnxNumber()), axes);
  }

  private static Attributes keeping(LayerContext layer) {
    return Attributes.NONE
        .with("keepdims", layer.data.flag("keep_dims", false) ? 1L : 0L)
        .with("noop_with_empty_axes", 1L);
  }

  private static void reduce(LayerContext layer, String type) {
    if (isGlobalPooling(layer) && (type.equals("ReduceMean") || type.equals("ReduceMax"))) {
      layer.finish(
          type.equals("ReduceMean") ? "GlobalAveragePool" : "GlobalMaxPool",
          Attributes.NONE,
          layer.input(0));
      return;
    }
    layer.finish(type, keeping(layer), layer.input(0), axes(layer, 1));
  }

  /** All axes behind the channels, kept: runtimes know that better under another name. */
  private static boolean isGlobalPooling(LayerContext layer) {
    io.nncf4j.core.graph.Shape shape = layer.type(0).shape();
    Tensor axes = layer.constantOrNull(1);
    if (shape == null
        || axes == null
        || shape.rank() < 3
        || shape.rank() > 5
        || axes.size() != shape.rank() - 2
        || layer.dataType(0) != DataType.FLOAT32
        || !layer.data.flag("keep_dims", false)) {
      return false;
    }
    long[] sorted = axes.toLongs();
    for (int index = 0; index < sorted.length; index++) {
      sorted[index] = LayerContext.axis(sorted[index], shape.rank());
    }
    java.util.Arrays.sort(sorted);
    return sorted[0] == 2 && sorted[sorted.length - 1] == shape.rank() - 1;
  }

  private static void logical(LayerContext layer, String type) {
    String numbers = cast(layer, layer.input(0), DataType.INT32);
    String reduced = layer.emit(type, keeping(layer), numbers, axes(layer, 1));
    layer.finish("Cast", Attributes.NONE.with("to", (long) DataType.BOOL.onnxNumber()), reduced);
  }

  private static String cast(LayerContext layer, String value, DataType type) {
    return layer.emit("Cast", Attributes.NONE.with("to", (long) type.onnxNumber()), value);
  }

  private static void cumulativeSum(LayerContext layer) {
    layer.finish(
        "CumSum",
        Attributes.NONE
            .with("exclusive", layer.data.flag("exclusive", false) ? 1L : 0L)
            .with("reverse", layer.data.flag("reverse", false) ? 1L : 0L),
        layer.input(0),
        layer.input(1));
  }

  private static void topK(LayerContext layer) {
    String sort = layer.data.word("sort", "value");
    if (sort.equals("index")) {
      throw new InexpressibleLayerException("it sorts what it chose by index");
    }
    Attributes attributes =
        Attributes.NONE
            .with("axis", layer.data.integer("axis", -1))
            .with("largest", layer.data.word("mode", "max").equals("max") ? 1L : 0L)
            .with("sorted", sort.equals("value") ? 1L : 0L);
    Tensor known = layer.constantOrNull(1);
    String k =
        known != null
            ? layer.ints(known.longAt(0))
            : layer.emit("Reshape", cast(layer, layer.input(1), DataType.INT64), layer.ints(1));
    // Indices are of 32 bits unless the file says otherwise.
    if (layer.data.word("index_element_type", "i32").equals("i64")) {
      layer.finishAll("TopK", attributes, 2, List.of(layer.input(0), k));
      return;
    }
    List<String> both = layer.emit("TopK", attributes, 2, layer.input(0), k);
    layer.bind(0, both.get(0));
    if (layer.layer().outputs().size() > 1) {
      layer.bind(1, cast(layer, both.get(1), DataType.INT32));
    }
  }
}
