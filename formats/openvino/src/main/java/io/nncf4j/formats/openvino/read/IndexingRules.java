package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Picking and placing elements by index. */
final class IndexingRules {
  private IndexingRules() {}

  static void addTo(Map<String, LayerRule> rules) {
    rules.put("Gather", IndexingRules::gather);
    rules.put("GatherElements", IndexingRules::gatherElements);
    rules.put("GatherND", IndexingRules::gatherNd);
    rules.put("ScatterUpdate", IndexingRules::scatterUpdate);
    rules.put("ScatterElementsUpdate", IndexingRules::scatterElements);
    rules.put("ScatterNDUpdate", IndexingRules::scatterNd);
    rules.put("Slice", IndexingRules::slice);
    rules.put("StridedSlice", StridedSliceRule::translate);
    rules.put("OneHot", IndexingRules::oneHot);
    rules.put("NonZero", IndexingRules::nonZero);
    rules.put("ReverseSequence", IndexingRules::reverseSequence);
  }

  private static void gather(LayerContext layer) {
    long axis = layer.inputCount() < 3 ? layer.data.integer("axis", 0) : layer.integerInput(2);
    long batch = layer.data.integer("batch_dims", 0);
    if (batch == 0) {
      layer.finish("Gather", Attributes.NONE.with("axis", axis), layer.input(0), layer.input(1));
      return;
    }
    int rank = layer.rank(0);
    int indexRank = layer.rank(1);
    int batches = LayerContext.axis(batch, Math.max(indexRank + 1, 1));
    if (LayerContext.axis(axis, rank) != batches) {
      throw new InexpressibleLayerException("it gathers in batches along a later axis");
    }
    String indices = layer.emit("Unsqueeze", ShapeRules.int64(layer, 1), layer.ints(-1));
    layer.finish(
        "GatherND", Attributes.NONE.with("batch_dims", (long) batches), layer.input(0), indices);
  }

  private static void gatherElements(LayerContext layer) {
    layer.finish(
        "GatherElements",
        Attributes.NONE.with("axis", layer.data.integer("axis", 0)),
        layer.input(0),
        layer.input(1));
  }

  private static void gatherNd(LayerContext layer) {
    long batch = layer.data.integer("batch_dims", 0);
    if (batch > 1 && layer.layer().opsetNumber() < 8) {
      throw new InexpressibleLayerException("it joins its batch axes into one");
    }
    layer.finish(
        "GatherND",
        Attributes.NONE.with("batch_dims", batch),
        layer.input(0),
        ShapeRules.int64(layer, 1));
  }

  private static void scatterUpdate(LayerContext layer) {
    if (layer.integerInput(3) != 0) {
      throw new InexpressibleLayerException("it updates along another axis than the first");
    }
    String indices = layer.emit("Unsqueeze", ShapeRules.int64(layer, 1), layer.ints(-1));
    layer.finish("ScatterND", Attributes.NONE, layer.input(0), indices, layer.input(2));
  }

  private static void scatterElements(LayerContext layer) {
    String reduction = reduction(layer);
    if (!reduction.equals("none") && !layer.data.flag("use_init_val", true)) {
      throw new InexpressibleLayerException("it leaves the first value out of its reduction");
    }
    layer.finish(
        "ScatterElements",
        Attributes.NONE.with("axis", layer.integerInput(3)).with("reduction", reduction),
        layer.input(0),
        layer.input(1),
        layer.input(2));
  }

  private static void scatterNd(LayerContext layer) {
    layer.finish(
        "ScatterND",
        Attributes.NONE.with("reduction", reduction(layer)),
        layer.input(0),
        ShapeRules.int64(layer, 1),
        layer.input(2));
  }

  private static String reduction(LayerContext layer) {
    String reduction = layer.data.word("reduction", "none");
    return switch (reduction) {
      case "none", "max", "min" -> reduction;
      case "sum" -> "add";
      case "prod" -> "mul";
      default -> throw new InexpressibleLayerException("its reduction is " + reduction);
    };
  }

  private static void slice(LayerContext layer) {
    List<String> read = new ArrayList<>(List.of(layer.input(0)));
    read.add(ShapeRules.int64(layer, 1));
    read.add(ShapeRules.int64(layer, 2));
    read.add(layer.hasInput(4) ? ShapeRules.int64(layer, 4) : "");
    read.add(ShapeRules.int64(layer, 3));
    layer.finish("Slice", Attributes.NONE, read);
  }

  private static void oneHot(LayerContext layer) {
    // ONNX counts negative indices from the end, OpenVINO makes a row of off values of them.
    String indices = ShapeRules.cast(layer, layer.input(0), DataType.INT64);
    String depth =
        layer.constantOrNull(1) == null
            ? layer.emit("Reshape", ShapeRules.int64(layer, 1), layer.ints())
            : layer.scalar(DataType.INT64, layer.integerInput(1));
    String negative = layer.emit("Less", indices, layer.scalar(DataType.INT64, 0));
    layer.finish(
        "OneHot",
        Attributes.NONE.with("axis", layer.data.integer("axis", -1)),
        layer.emit("Where", negative, depth, indices),
        depth,
        offAndOn(layer));
  }

  private static String offAndOn(LayerContext layer) {
    Tensor on = layer.constantOrNull(2);
    Tensor off = layer.constantOrNull(3);
    if (on != null && off != null && on.size() == 1 && off.size() == 1) {
      double[] both = {off.doubleAt(0), on.doubleAt(0)};
      return layer.constant(Tensor.ofDoubles(layer.dataType(2), both, 2));
    }
    return layer.emit(
        "Concat",
        Attributes.NONE.with("axis", 0L),
        layer.emit("Reshape", layer.input(3), layer.ints(1)),
        layer.emit("Reshape", layer.input(2), layer.ints(1)));
  }

  private static void nonZero(LayerContext layer) {
    if (layer.data.word("output_type", "i64").equals("i64")) {
      layer.finish("NonZero", Attributes.NONE, layer.input(0));
      return;
    }
    String found = layer.emit("NonZero", layer.input(0));
    layer.finish("Cast", Attributes.NONE.with("to", (long) DataType.INT32.onnxNumber()), found);
  }

  private static void reverseSequence(LayerContext layer) {
    layer.finish(
        "ReverseSequence",
        Attributes.NONE
            .with("batch_axis", layer.data.integer("batch_axis", 0))
            .with("time_axis", layer.data.integer("seq_axis", 1)),
        layer.input(0),
        ShapeRules.int64(layer, 1));
  }
}
